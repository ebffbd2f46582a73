#ifndef READER_H
#define READER_H
struct reader {
    PyThreadState *saved;
    int fd;
};
void reader_leave(struct reader *r);
void reader_enter(struct reader *r);
int reader_line(struct reader *r, char *to);
#endif
