#ifndef QUOTE_H
#define QUOTE_H
char *quote_copy(const char *text, Py_ssize_t length);
void quote_free(char *text);
#endif
