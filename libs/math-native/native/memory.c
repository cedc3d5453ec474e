/* What JavaScript cannot ask about its own memory, and memory that it cannot get. */
#define _GNU_SOURCE /* for madvise, fallocate and O_NOFOLLOW */
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
/** The open file is this user's own, and so long. */
static int is_ours(int file, size_t bytes) {
  struct stat about;
  return fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid() && about.st_size == (off_t)bytes;
}
#endif

/**
 * Maps a file whose memory several processes share. With `creates` the file is made, with all its memory: what is not there now
 * would be missed in the middle of a write. @returns its address, or 0 when that cannot be
 */
KERNEL uint64_t lockstep_map_shared(const char *path, size_t bytes, int creates) {
#if defined(__linux__)
  const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | (creates ? O_CREAT | O_EXCL : 0);
  const int file = open(path, flags, 0600);
  if (file < 0) return 0;
  void *memory = MAP_FAILED;
  if ((!creates || posix_fallocate(file, 0, (off_t)bytes) == 0) && is_ours(file, bytes)) {
    memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
  }
  close(file);
  if (memory != MAP_FAILED) return (uint64_t)(uintptr_t)memory;
  if (creates) unlink(path);
#else
  (void)path;
  (void)bytes;
  (void)creates;
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
