/* What JavaScript cannot ask about its own memory, and memory that it cannot get. */
#define _GNU_SOURCE /* for madvise, fallocate and memfd_create */
#include "target.h"
#if defined(__linux__)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
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

#if defined(__linux__)
/** What nobody may do to memory that others look at: whoever looks behind its new end would be ended by SIGBUS. */
static const int SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

/** The open memory is this user's own, and so long, and stays so. */
static int is_ours(int memory, size_t bytes) {
  struct stat about;
  const int seals = fcntl(memory, F_GET_SEALS); /* -1, every bit of it set, where the file knows no seals */
  return seals >= 0 && (seals & SEALS) == SEALS && fstat(memory, &about) == 0 && S_ISREG(about.st_mode) &&
         about.st_uid == geteuid() && about.st_size == (off_t)bytes;
}
#endif

/**
 * Makes memory for several processes, all of it at once: what is not there now would be missed in the middle of a write. Nobody can
 * change its length afterwards. @returns its descriptor, or -1 when that cannot be
 */
KERNEL int lockstep_make_shared(const char *name, size_t bytes) {
#if defined(__linux__)
  const int memory = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -1;
  if (posix_fallocate(memory, 0, (off_t)bytes) == 0 && fcntl(memory, F_ADD_SEALS, SEALS) == 0) return memory;
  close(memory);
#else
  (void)name;
  (void)bytes;
#endif
  return -1;
}

/** Maps memory that `lockstep_make_shared` made, here or in another process: by its path. @returns its address, or 0 */
KERNEL uint64_t lockstep_map_shared(const char *path, size_t bytes) {
#if defined(__linux__)
  const int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return 0;
  void *memory = MAP_FAILED;
  if (is_ours(file, bytes)) {
    memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
  }
  close(file);
  if (memory != MAP_FAILED) return (uint64_t)(uintptr_t)memory;
#else
  (void)path;
  (void)bytes;
#endif
  return 0;
}

/**
 * Gives a mapping's memory back. Its addresses stay taken, by empty pages: whoever still looks at them, by mistake, finds zeros
 * there, not an end of the process.
 */
KERNEL void lockstep_unmap_shared(uint64_t address, size_t bytes) {
#if defined(__linux__)
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  mmap((void *)(uintptr_t)address, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
#else
  (void)address;
  (void)bytes;
#endif
}
