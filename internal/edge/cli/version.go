package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// VersionCmd says which build this is: the revision it was made from and the toolchain, as the linker recorded them.
type VersionCmd struct{}

type versionReport struct {
	Schema   string `json:"schema"`
	Revision string `json:"revision"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run prints the version.
func (VersionCmd) Run(io *IO) error {
	v := versionReport{Schema: "blackstart/version/1", Revision: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Revision = s.Value
			case "vcs.modified":
				v.Modified = s.Value == "true"
			}
		}
	}
	if io.JSON {
		return printJSON(io, v)
	}
	_, err := fmt.Fprintf(io.Out, "blackstart %s (%s, %s)\n", v.Revision, v.Go, v.Platform)
	return err
}
