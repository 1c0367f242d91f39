package app

import (
	"guiwei/bot/config"
	"guiwei/flows"
	"guiwei/flows/book"
	"guiwei/flows/register"
	"guiwei/flows/rules"
)

// Book is every flow of the bot, by its settings.
func Book(c config.Config) (flows.Book, error) { return book.New(settings(c)) }

// settings are what the flows ask of an operator.
func settings(c config.Config) register.Settings {
	return register.Settings{Advice: rules.Advice(c.PasswordAdvice), TestIDs: c.AllowTestIDs,
		Operator: c.OperatorName, Contact: c.SupportContact}
}
