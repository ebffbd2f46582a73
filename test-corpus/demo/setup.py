from setuptools import Extension, setup

setup(ext_modules=[Extension("pressuregauge", ["gaugemodule.c", "sensor.c"], depends=["gauge.h"],
                             extra_compile_args=["-std=gnu11", "-pthread"], libraries=["m"])])
