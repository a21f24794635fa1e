package statuspage

const (
	MaxText         = 4_000  // bytes in each language: what is read out on a hotline in three minutes
	MaxPublications = 10_000 // one an hour for a year; bounds the state against a runaway client
)
