int device_measure(int channel, double *value);
