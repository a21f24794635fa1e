package web

import "strings"

// Names by which browsers and systems call themselves, the telling one first: all claim to be Mozilla, and most to be Safari.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chromium", "Chromium"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// browserName says in two words what a browser claims to be; what claims nothing known is shown as it is.
func browserName(agent string) string {
	browser, system := first(browsers, agent), first(systems, agent)
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser+system != "":
		return browser + system
	}
	return agent
}

func first(list [][2]string, agent string) string {
	for _, known := range list {
		if strings.Contains(agent, known[0]) {
			return known[1]
		}
	}
	return ""
}
