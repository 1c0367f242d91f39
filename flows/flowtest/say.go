package flowtest

import (
	"fmt"
	"strings"

	"guiwei/flows"
)

// Transcript is what was said so far, a line or more an input: student, world (an effect's answer, a timer), bot.
func (p *Play) Transcript() string { return strings.Join(p.lines, "\n") + "\n" }

// Remark adds a line of its own to the transcript.
func (p *Play) Remark(text string) *Play {
	p.lines = append(p.lines, "", "# "+text)
	return p
}

func (p *Play) note(in flows.Input, effects []flows.Effect) {
	p.lines = append(p.lines, heard(in))
	for _, e := range effects {
		p.lines = append(p.lines, did(e)...)
	}
}

func heard(in flows.Input) string {
	switch in.Kind {
	case flows.Answered:
		return "world      " + strings.TrimPrefix(fmt.Sprintf("%T", in.Answer), "flows.") + " " + outcome(in.Answer)
	case flows.Waked:
		return "world    timer " + in.Act
	case flows.Tap:
		return strings.TrimRight("student    ["+in.Act+"] "+in.Subject, " ")
	case flows.Command:
		return strings.TrimRight("student    /"+in.Word+" "+in.Text, " ")
	case flows.Text, flows.Edited:
		if in.Kind == flows.Edited {
			return "student    (edits) " + in.Text
		}
		return "student    " + in.Text
	}
	return "student    (" + string(in.Kind) + ")"
}

func outcome(a flows.Answer) string {
	switch a := a.(type) {
	case flows.CodeSent:
		return string(a.Outcome)
	case flows.Registered:
		return string(a.Outcome)
	case flows.Examined:
		return strings.Join(append([]string{a.Side, a.Verdict}, a.Reasons...), " ")
	case flows.Submitted:
		return string(a.Outcome)
	case flows.LoggedIn:
		return string(a.Outcome)
	case flows.RecordsRead:
		return string(a.Outcome)
	case flows.CaseMoved:
		return string(a.Event) + " " + string(a.Outcome)
	case flows.Hashed:
		return fmt.Sprintf("like %d", a.Like)
	}
	return ""
}

func did(e flows.Effect) []string {
	switch e := e.(type) {
	case flows.Asked:
		return []string{"           does " + flows.EffectName(e.Effect.Effect)}
	case flows.AnswerTap:
		if e.Toast == nil {
			return nil
		}
		return []string{"           toast " + Words(*e.Toast)}
	case flows.Delete:
		return []string{"           deletes it"}
	case flows.Show:
		return shown(e)
	}
	return []string{"           does " + flows.EffectName(e)}
}

func shown(s flows.Show) []string {
	how := "bot edits"
	if s.Fresh {
		how = "bot"
	}
	var lines []string
	for _, ph := range []*flows.Phrase{s.Header, s.Note, s.Ask} {
		if ph != nil {
			lines = append(lines, fmt.Sprintf("%-11s%s", how, Words(*ph)))
			how = ""
		}
	}
	if s.Picture != "" {
		lines = append(lines, "           sample "+s.Picture)
	}
	for _, row := range s.Buttons {
		words := make([]string, len(row))
		for i, b := range row {
			label := b.Label()
			words[i] = "[" + strings.TrimPrefix(Words(label), "button.") + "]"
		}
		lines = append(lines, "           "+strings.Join(words, " "))
	}
	return lines
}

// Words writes a phrase as key(name=value …).
func Words(p flows.Phrase) string {
	if len(p.Args) == 0 {
		return p.Key
	}
	args := make([]string, len(p.Args))
	for i, a := range p.Args {
		value := a.Text
		switch {
		case a.Phrase != nil:
			value = Words(*a.Phrase)
		case a.List != nil:
			list := make([]string, len(a.List))
			for j, q := range a.List {
				list[j] = Words(q)
			}
			value = "{" + strings.Join(list, "; ") + "}"
		}
		args[i] = a.Name + "=" + value
	}
	return p.Key + "(" + strings.Join(args, " ") + ")"
}
