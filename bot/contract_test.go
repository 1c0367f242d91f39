package main_test

import (
	"fmt"

	"guiwei/bot/sim"
	"guiwei/bot/sim/botapi"
)

// openContract begins the ledger of all that passes between bots and simulators in the tests of this package, held against the
// Bot API's specification; nil where there is none.
func openContract() (*botapi.Ledger, error) {
	spec, err := botapi.Find()
	if err != nil || spec == nil {
		return nil, err
	}
	return botapi.NewLedger(spec), nil
}

// auditor is the ledger as a simulator takes it; a fault of the specification is told in the end.
func auditor() sim.Auditor {
	l, _ := house.contract()
	return l
}

// closeContract prints what the ledger found, and fails a run that nothing else failed.
func closeContract(code int) int {
	l, err := house.contract()
	if err != nil {
		fmt.Println("contract:", err)
		return max(code, 1)
	}
	if l == nil {
		fmt.Println("contract: no SPEC given")
		return code
	}
	complaints := l.Complaints()
	for _, complaint := range complaints {
		fmt.Println("contract:", complaint)
	}
	fmt.Println(l)
	if len(complaints) > 0 {
		return max(code, 1)
	}
	return code
}
