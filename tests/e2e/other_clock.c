/* Puts the wall clock thirty years ahead for a process that is started with this in LD_PRELOAD; monotonic clocks go on. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    long answer = syscall(SYS_clock_gettime, clock, now);
    if (answer == 0 && clock == CLOCK_REALTIME) {
        now->tv_sec += 30L * 365 * 86400;
    }
    return (int)answer;
}
