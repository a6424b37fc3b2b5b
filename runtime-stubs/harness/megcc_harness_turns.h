/* Whole tensors of the rows that layers make in turns. */

#define TURNS (sizeof megcc_harness_turns / sizeof megcc_harness_turns[0])

/* The file of an output of a layer. */
static const char *path_of_layer(int layer, size_t output);

struct whole {
  unsigned char *data; /* in the order of its dimensions */
  int64_t turn;        /* how many there have been */
};
static struct whole wholes[TURNS];

/* Copies a row, which begins at `from`, to number `row` of `rows`. */
static void copy_row(const struct turns *turns, const unsigned char *from,
                     unsigned char *data, int64_t row, int64_t rows) {
  int64_t elements = 1, plane, i;
  int dim;
  for (dim = 0; dim < turns->dims; ++dim)
    elements *= turns->dim[dim][0];
  plane = elements / turns->planes;
  for (i = 0; i < elements; ++i) {
    const unsigned char *element = from;
    int64_t rest = i;
    for (dim = turns->dims; dim-- > 0; rest /= turns->dim[dim][0])
      element += rest % turns->dim[dim][0] * turns->dim[dim][1];
    memcpy(data +
               ((i / plane * rows + row) * plane + i % plane) * turns->element,
           element, (size_t)turns->element);
  }
}

/* Takes what the layer has made in this turn; writes all after its last one. */
static void take_turn(int layer, const void *output) {
  const struct turns *turns = megcc_harness_turns;
  struct whole *whole = wholes;
  int64_t first, rows, bytes, step, i;
  for (; turns->layer != layer; ++turns, ++whole)
    if (turns->layer < 0)
      return;

  step = turns->row_step;
  first = turns->first_row + (step < 0 ? (turns->turns - 1) * step : 0);
  rows = (turns->turns - 1) * (step < 0 ? -step : step) + turns->rows;
  bytes = rows * turns->element;
  for (i = 0; i < turns->dims; ++i)
    bytes *= turns->dim[i][0];
  if (whole->data == NULL) {
    whole->data = (unsigned char *)calloc(1, (size_t)bytes);
    if (whole->data == NULL)
      fail("out of memory", "");
  }
  for (i = 0; i < turns->rows; ++i) {
    int64_t row = turns->first_row + whole->turn * step + i, place = row;
    if (turns->places != 0)
      place = ((row + turns->shift) % turns->places + turns->places) %
              turns->places;
    copy_row(turns,
             (const unsigned char *)output + turns->offset +
                 place * turns->stride,
             whole->data, row - first, rows);
  }
  if (++whole->turn < turns->turns)
    return;
  write_file(path_of_layer(layer, 0), whole->data, (size_t)bytes);
  free(whole->data);
  whole->data = NULL;
  whole->turn = 0;
}
