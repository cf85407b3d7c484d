package faq

import "math"

// The functions here give the same bits on every platform: the standard library
// has assembly for some of them, and a compiler may fuse a product into a sum
// unless the product is converted, which is why products are converted throughout
// this package.

const ln2High = 6.93147180369123816490e-01

// exp32 is e to the power of x for an x that is not positive, to the precision of
// its type.
func exp32(x float32) float32 {
	if x < -30 {
		return 0
	}
	k := math.Floor(float64(float64(x)*math.Log2E) + 0.5)
	r := float64(x) - float64(k*ln2High)
	sum := 1 + float64(r*(1.0/9))
	for _, inverse := range [...]float64{1.0 / 8, 1.0 / 7, 1.0 / 6, 1.0 / 5, 1.0 / 4, 1.0 / 3, 1.0 / 2, 1} {
		sum = 1 + float64(float64(r*inverse)*sum)
	}
	return float32(sum * math.Float64frombits(uint64(1023+int64(k))<<52)) //nolint:gosec // between 1023-44 and 1023
}

// ln is the natural logarithm of a positive x.
func ln(x float64) float64 {
	frac, e := math.Frexp(x)
	if frac < math.Sqrt2/2 {
		frac, e = frac*2, e-1
	}
	t := (frac - 1) / (frac + 1)
	t2, sum := float64(t*t), 0.0
	for i := 21; i >= 1; i -= 2 {
		sum = float64(sum*t2) + 1/float64(i)
	}
	return float64(2*float64(t*sum)) + float64(float64(e)*math.Ln2)
}

// root is the square root, at least a little above zero.
func root(x float32) float32 { return max(float32(math.Sqrt(float64(x))), 1e-9) }
