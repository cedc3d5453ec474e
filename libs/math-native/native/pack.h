/*
 * Packing: operands copied into the order in which the tiles read them, so that the inner loops read memory from front to
 * back. Element (p, i) of what is packed lies at packed[p * width + i]; `p` runs over the products of a sum.
 */
#ifndef LOCKSTEP_PACK_H
#define LOCKSTEP_PACK_H

#include "target.h"

/** Elements past the end of a packed left operand that packing may overwrite. */
#define PACK_SLACK LANES

/** packed[p * width + i] = source[i * stride + p] for `width` rows of `depth` elements; writes PACK_SLACK further. */
void pack_rows(float *packed, const float *source, size_t stride, size_t width, size_t depth);

/**
 * packed[p * width + i] = source[p * stride + i] for `depth` rows of `width` elements; writes PACK_SLACK further, and reads
 * `spare` elements further in every row, which must be there.
 */
void pack_columns(float *packed, const float *source, size_t stride, size_t width, size_t depth);

/** The same as `pack_rows` for a panel: `columns` of them, then zeros up to `vectors` whole vectors. */
void pack_panel_transposed(float *packed, const float *source, size_t stride, size_t columns, size_t vectors,
                           size_t depth);

/** The same as `pack_columns` for a panel: `columns` of them, then zeros up to `vectors` whole vectors. */
void pack_panel(float *packed, const float *source, size_t stride, size_t columns, size_t vectors, size_t depth);

#endif
