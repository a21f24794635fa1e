// Command blackstart is the whole program: hub, agent and every offline command in one static file.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"blackstart/internal/edge/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // whoever asks a second time does not want to wait for what is still under way
	code := cli.Main(os.Args[1:], cli.IO{Ctx: ctx, In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
