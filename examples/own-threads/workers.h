/* The application's worker threads, which do other work as well. */
#include <stdint.h>

enum { WORKERS = 3 };

int workers_start(void);
void workers_stop(void);

/* Calls task(argument, i) for each i below count, some on the workers and some
   here, and returns when all have returned: what a package calls parallel_for.
   `user` is the package's to pass on; there is one set of workers here. */
void workers_for_each(void *user, void (*task)(void *argument, uint32_t i),
                      void *argument, uint32_t count);
