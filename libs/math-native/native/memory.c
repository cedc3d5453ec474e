/* What JavaScript cannot ask about its own memory. */
#define _DEFAULT_SOURCE /* for madvise */
#include "target.h"
#if defined(__linux__)
#include <sys/mman.h>
#endif

KERNEL uint64_t lockstep_address(const void *memory) { return (uint64_t)(uintptr_t)memory; }

/** Asks for large pages, which the products' long strides need fewer of. Only advice: where it is refused nothing changes. */
KERNEL void lockstep_advise(void *memory, size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const size_t page = 4096;
  const size_t start = round_up((size_t)(uintptr_t)memory, page);
  const size_t end = ((size_t)(uintptr_t)memory + bytes) / page * page;
  if (start < end) madvise((void *)(uintptr_t)start, end - start, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)bytes;
#endif
}
