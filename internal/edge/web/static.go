package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"blackstart/internal/fault"
)

//go:embed static/*.css static/*.js static/*.svg
var staticFiles embed.FS

// file is one static file, known by the hash of its bytes.
type file struct {
	body []byte
	kind string
	hash string
}

var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// files are all static files by name. They are small and fixed, so they are held in memory.
var files = func() map[string]file {
	all := map[string]file{}
	names, _ := fs.Glob(staticFiles, "static/*") // the pattern is well formed
	for _, name := range names {
		body, _ := staticFiles.ReadFile(name) // just listed
		sum := sha256.Sum256(body)
		all[path.Base(name)] = file{body: body, kind: kinds[path.Ext(name)], hash: hex.EncodeToString(sum[:6])}
	}
	return all
}()

// asset is the address of a static file. Its hash is part of it, so that browsers may keep it for ever and still never show an old one.
func asset(name string) string {
	f, ok := files[name]
	if !ok {
		panic("no static file " + name)
	}
	return "/static/" + name + "?v=" + f.hash
}

func (s *server) static(w http.ResponseWriter, r *http.Request) {
	f, ok := files[r.PathValue("file")]
	if !ok {
		s.refuse(w, r, fault.New(fault.NotFound, "web.not_found", "could not find the file"))
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", `"`+f.hash+`"`)
	if r.URL.Query().Get("v") == f.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), f.hash) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, r, http.StatusOK, f.body)
}
