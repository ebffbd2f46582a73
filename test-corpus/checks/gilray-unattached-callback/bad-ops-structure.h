// The interface of a foreign library.
#ifndef STREAM_H
#define STREAM_H
struct stream;
struct stream_ops {
    int (*read)(void *context, char *to, int n);
    int (*close)(void *context);
};
struct stream *stream_open(const struct stream_ops *ops, void *context);
int stream_copy(struct stream *s, const char *target);
void stream_close(struct stream *s);
#endif
