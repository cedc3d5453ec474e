"""Fits the polynomial of libs/math/src/ops/erf.ts and prints its coefficients, then its largest relative error.

(1 + 2 z) e^(z^2) erfc(z) on 0 <= z <= 10.5 as a polynomial in t = (z - 3) / (z + 3), through its values at Chebyshev's nodes (the
substitution of Shepherd and Laframboise 1981, Math. Comp. 36, 249-253).

Usage: python erfc_fit.py   (pip install mpmath==1.3.0)
"""

import mpmath as mp

mp.mp.dps = 40
CENTRE = mp.mpf(3)
LAST = mp.mpf("10.5")
DEGREE = 12


def scaled(z):
    return (1 + 2 * z) * mp.exp(z * z) * mp.erfc(z)


def argument(t):
    return CENTRE * (1 + t) / (1 - t)


def horner(coefficients, t):
    value = mp.mpf(0)
    for coefficient in reversed(coefficients):
        value = value * t + mp.mpf(coefficient)
    return value


first, last = mp.mpf(-1), (LAST - CENTRE) / (LAST + CENTRE)
middle, half = (first + last) / 2, (last - first) / 2
count = DEGREE + 1
nodes = [middle + half * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
powers = mp.matrix(count, count)
values = mp.matrix(count, 1)
for i, t in enumerate(nodes):
    values[i] = scaled(argument(t))
    for j in range(count):
        powers[i, j] = t**j
coefficients = [float(each) for each in mp.lu_solve(powers, values)]
for each in coefficients:
    print(repr(each))
points = [first + (last - first) * i / 4000 for i in range(4001)]
print(mp.nstr(max(abs(horner(coefficients, t) / scaled(argument(t)) - 1) for t in points), 3))
