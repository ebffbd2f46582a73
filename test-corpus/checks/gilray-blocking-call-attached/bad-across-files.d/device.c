#include "device.h"
#include <sys/select.h>

int device_measure(int channel, double *value)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(channel, &set);
    *value = 0;
    return select(channel + 1, &set, 0, 0, 0);
}
