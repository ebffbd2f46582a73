#ifndef TABLES_H
#define TABLES_H

void table_fill(void);
int table_get(int index);
void table_reset(void);

#endif
