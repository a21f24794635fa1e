package picture

import (
	"fmt"
	"strings"
)

// hue is the fill of a layer, and what can be read on it.
type hue struct{ fill, ink string }

// hues are the fills of layers, in order: four steps of lightness, about 25, 78, 42 and 61 of 100, then the same steps hatched, so that a copy in black and white tells them apart.
var hues = []hue{
	{"#0b3d75", "#ffffff"}, {"#f0b84f", "#16191d"}, {"#7d4fa3", "#ffffff"}, {"#5aa469", "#16191d"},
	{"#7a1f1a", "#ffffff"}, {"#eab3cf", "#16191d"}, {"#47606b", "#ffffff"}, {"#4fa3b0", "#16191d"},
}

// hatches are the angles of lines on a fill; the first four layers have none. Beyond four times as many, layers look alike again.
var hatches = []int{-1, 45, 135, 90}

const lightnesses = 4

func hueOf(n int) hue { return hues[n%len(hues)] }

func hatchOf(n int) int { return hatches[n/lightnesses%len(hatches)] }

// fill is what a layer is painted with.
func (s *sheet) fill(n int) string {
	if hatchOf(n) < 0 {
		return hueOf(n).fill
	}
	return fmt.Sprintf("url(#plan-hatch-%d)", n%(lightnesses*len(hatches)))
}

// patterns are the hatched fills that the layers need, and that of the time that nobody knows.
func (s *sheet) patterns() string {
	var b strings.Builder
	if s.made.Assumed != nil {
		b.WriteString(`<pattern id="plan-torn" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#ffffff"/><rect width="2" height="8" fill="#b9bec4"/></pattern>` + "\n")
	}
	for n := range min(len(s.layers), lightnesses*len(hatches)) {
		if h := hueOf(n); hatchOf(n) >= 0 {
			fmt.Fprintf(&b, `<pattern id="plan-hatch-%d" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(%d)"><rect width="5" height="5" fill="%s"/><rect width="2" height="5" fill="%s" fill-opacity="0.7"/></pattern>`+"\n", n, hatchOf(n), h.fill, h.ink)
		}
	}
	return b.String()
}
