package plan

const (
	MaxTasks   = 20_000             // 1,400 cells with a dozen steps each, and some room
	MaxMinutes = 10 * 366 * 24 * 60 // ten years for one task: more is a slip of the keyboard
)
