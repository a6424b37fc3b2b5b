/* Worker threads that take tasks from one list. On an RTOS the same three
   functions stand on its tasks and its semaphores. */
#define _POSIX_C_SOURCE 200809L
#include "workers.h"

#include <pthread.h>

static pthread_t threads[WORKERS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* The list: calls of `task` from `next` to `count`. */
static void (*current)(void *argument, uint32_t i);
static void *current_argument;
static uint32_t next, count, unfinished;
static int stops;

/* Does one task, if one is left; `mutex` is held, but not meanwhile. */
static int do_one(void) {
  uint32_t i = next;

  if (i == count)
    return 0;
  ++next;
  pthread_mutex_unlock(&mutex);
  current(current_argument, i);
  pthread_mutex_lock(&mutex);
  if (--unfinished == 0)
    pthread_cond_broadcast(&changed);
  return 1;
}

static void *work(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (!stops)
    if (!do_one())
      pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int workers_start(void) {
  for (int i = 0; i < WORKERS; ++i)
    if (pthread_create(&threads[i], NULL, work, NULL) != 0)
      return 1;
  return 0;
}

void workers_stop(void) {
  pthread_mutex_lock(&mutex);
  stops = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < WORKERS; ++i)
    pthread_join(threads[i], NULL);
}

void workers_for_each(void *user, void (*task)(void *argument, uint32_t i),
                      void *argument, uint32_t tasks) {
  (void)user;
  pthread_mutex_lock(&mutex);
  current = task;
  current_argument = argument;
  next = 0;
  count = unfinished = tasks;
  pthread_cond_broadcast(&changed);
  while (do_one())
    ;
  while (unfinished != 0)
    pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}
