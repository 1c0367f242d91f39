package flowtest

import "guiwei/flows"

// recoveries are the answers of finding an account again.
func recoveries(e flows.Effect) []flows.Answer {
	mine := Opened("a1", false)
	switch e.(type) {
	case flows.SendProof:
		return list(flows.ProofSent{Outcome: flows.OK, Digest: "123456", Accounts: []flows.AccountRef{mine.Account}},
			flows.ProofSent{Outcome: flows.Blocked, Until: Noon()}, flows.ProofSent{Outcome: flows.Failed})
	case flows.OpenProof:
		return list(flows.ProofOpened{Accounts: []flows.Recoverable{mine}}, flows.ProofOpened{Accounts: []flows.Recoverable{Opened("a1", true)}},
			flows.ProofOpened{Accounts: []flows.Recoverable{mine, Opened("a2", true)}}, flows.ProofOpened{})
	case flows.CheckAnswer:
		return list(flows.AnswerChecked{Outcome: flows.OK}, flows.AnswerChecked{Outcome: flows.Wrong, Left: 2},
			flows.AnswerChecked{Outcome: flows.Blocked}, flows.AnswerChecked{Outcome: flows.Failed})
	case flows.ChangePassword:
		return list(flows.PasswordChanged{Outcome: flows.OK}, flows.PasswordChanged{Outcome: flows.Ended})
	case flows.FindUsername:
		return list(flows.UsernameTold{Outcome: flows.OK}, flows.UsernameTold{Outcome: flows.Blocked, Until: Noon()})
	case flows.FindWays:
		return list(flows.WaysFound{Ways: []flows.FoundWay{{Way: flows.BySMS, Shown: "138****1234"}, {Way: flows.ByMail, Shown: "a***@qq.com"}}}, flows.WaysFound{})
	}
	return nil
}

// Opened is an account that a code opened.
func Opened(id string, asks bool) flows.Recoverable {
	return flows.Recoverable{Account: flows.AccountRef{Person: "203.9f", ID: id}, Asks: asks,
		Who: flows.Applicant{Phone: "+86" + Phone, Name: Name, IDKind: "resident", IDNumber: ID}}
}
