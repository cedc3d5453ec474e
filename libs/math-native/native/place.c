/* Where a thread runs, which JavaScript cannot say. */
#define _GNU_SOURCE /* for sched_setaffinity */
#include "target.h"
#if defined(__linux__)
#include <sched.h>
#endif

/**
 * Keeps the calling thread on one of the cores that it may run on: number `place` of them, counted from 0. @returns 1, or 0 where
 * there is no such core or the system does not take it
 */
KERNEL int lockstep_keep_to_core(size_t place) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &allowed) || place-- > 0) continue;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(core, &only);
    return sched_setaffinity(0, sizeof only, &only) == 0;
  }
#endif
  (void)place;
  return 0;
}
