package probe

import "testing"

func TestSpecs(t *testing.T) {
	for _, c := range []struct {
		spec    Spec
		ok      bool
		literal bool
	}{
		{Spec{Kind: TCP, Target: "192.0.2.1:443"}, true, true},
		{Spec{Kind: TCP, Target: "[2001:db8::1]:25"}, true, true},
		{Spec{Kind: TCP, Target: "mail.example:25"}, true, false},
		{Spec{Kind: HTTP, Target: "https://192.0.2.1/health", Expect: Expect{Status: 200, Contains: "ok"}}, true, true},
		{Spec{Kind: HTTP, Target: "http://[2001:db8::1]:8080"}, true, true},
		{Spec{Kind: HTTP, Target: "http://portal.example"}, true, false},

		{Spec{Kind: "ping", Target: "192.0.2.1"}, false, false},
		{Spec{Kind: TCP, Target: "192.0.2.1"}, false, false},
		{Spec{Kind: TCP, Target: ":80"}, false, false},
		{Spec{Kind: TCP, Target: "192.0.2.1:0"}, false, true},
		{Spec{Kind: TCP, Target: "192.0.2.1:65536"}, false, true},
		{Spec{Kind: TCP, Target: "2001:db8::1:80"}, false, false},
		{Spec{Kind: TCP, Target: "192.0.2.1:80", Expect: Expect{Status: 200}}, false, true},
		{Spec{Kind: HTTP, Target: "ftp://192.0.2.1"}, false, true},
		{Spec{Kind: HTTP, Target: "http://anna:secret@192.0.2.1"}, false, true},
		{Spec{Kind: HTTP, Target: "http://192.0.2.1:99999"}, false, true},
		{Spec{Kind: HTTP, Target: "http://192.0.2.1", Expect: Expect{Status: 42}}, false, true},
		{Spec{Kind: HTTP, Target: "/health"}, false, false},
	} {
		if err := c.spec.Check(); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.spec, err)
		}
		if c.spec.Literal() != c.literal {
			t.Errorf("%v: literal is %v", c.spec, !c.literal)
		}
	}
}

func FuzzSpec(f *testing.F) {
	f.Add("192.0.2.1:80")
	f.Add("http://[::1]:80/")
	f.Fuzz(func(t *testing.T, target string) {
		for _, kind := range []Kind{TCP, HTTP} {
			s := Spec{Kind: kind, Target: target}
			_ = s.Literal()
			_ = s.Check()
		}
	})
}
