#ifndef SECTION_H
#define SECTION_H
typedef void *section_cookie;
void section_enter(section_cookie *cookie);
void section_leave(section_cookie *cookie);
#endif
