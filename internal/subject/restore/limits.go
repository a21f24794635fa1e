package restore

const (
	MaxPlans   = 10_000        // a plan every hour of a crisis of a year, and some room
	MaxSteps   = 1_000         // beyond that nobody reads the plan; larger work is several plans
	MaxCells   = 4_096         // cells in one event
	MaxTitle   = 200           // bytes in each language; a title stands on one line of a printed plan
	MaxReason  = 2_000         // bytes
	MaxMinutes = 366 * 24 * 60 // a year for one step: more is a slip of the keyboard
)
