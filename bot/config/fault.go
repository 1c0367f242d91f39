package config

import (
	"errors"
	"slices"

	"github.com/caarlos0/env/v11"
)

// Fault is one thing an operator has to mend: the variable's name and a
// sentence that says what to write there. It never repeats the value.
type Fault struct{ Name, Text string }

// Error is the line an operator reads.
func (f Fault) Error() string { return f.Name + " " + f.Text }

// Concerning keeps of an error of Load or Validate the faults of the named
// variables: `roster import` needs Redis and keys, not a token. It is nil when
// none of them is at fault.
func Concerning(err error, names ...string) error {
	var kept []Fault
	for _, f := range Faults(err) {
		if slices.Contains(names, f.Name) {
			kept = append(kept, f)
		}
	}
	return joined(kept)
}

// Faults are the single faults inside an error of Load or Validate.
func Faults(err error) []Fault {
	var many interface{ Unwrap() []error }
	if !errors.As(err, &many) {
		return nil
	}
	var all []Fault
	for _, e := range many.Unwrap() {
		var f Fault
		if errors.As(e, &f) {
			all = append(all, f)
		}
	}
	return all
}

func joined(faults []Fault) error {
	all := make([]error, len(faults))
	for i, f := range faults {
		all[i] = f
	}
	return errors.Join(all...)
}

func named(faults []Fault, name string) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return f.Name == name })
}

// readFaults turns the env library's errors, which speak of Go fields and
// repeat values, into faults.
func readFaults(err error) []Fault {
	var many env.AggregateError
	if !errors.As(err, &many) {
		return nil
	}
	var faults []Fault
	for _, e := range many.Errors {
		faults = append(faults, readFault(e))
	}
	return faults
}

func readFault(err error) Fault {
	var file env.LoadFileContentError
	if errors.As(err, &file) {
		return Fault{file.Key, "names a file that cannot be read; check the path and that the bot's user may read it"}
	}
	var parse env.ParseError
	if errors.As(err, &parse) {
		return Fault{envName(parse.Name), "must be " + wanted(parse.Type.String())}
	}
	return Fault{"environment", "cannot be read"}
}

func wanted(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "int":
		return "a whole number"
	case "slog.Level":
		return "DEBUG, INFO, WARN or ERROR"
	case "config.IDs":
		return "user ids with commas between them, like 12345,67890; /whoami tells one's own"
	}
	return "a " + kind
}
