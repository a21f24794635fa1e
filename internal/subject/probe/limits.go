package probe

const (
	MaxTarget   = 2048 // bytes of a target: what browsers take as a URL
	MaxContains = 256  // bytes of expected content: a word or a sentence
)
