unsigned hash_bytes(const unsigned char *p, long n);

unsigned hash_bytes(const unsigned char *p, long n)
{
    unsigned h = 5381;
    for (long i = 0; i < n; i++) // expect: gilray-long-loop-attached
        h = h * 33 ^ p[i];
    return h;
}
