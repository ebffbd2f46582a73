int meter_query(int channel);
