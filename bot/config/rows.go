package config

import (
	"reflect"
	"strings"
)

// Row is one variable as README's table shows it.
type Row struct{ Name, Default, Description string }

// Rows are all variables in the struct's order.
func Rows() []Row {
	var rows []Row
	for field := range reflect.TypeFor[Config]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
		rows = append(rows, Row{name, field.Tag.Get("envDefault"), field.Tag.Get("description")})
	}
	return rows
}

// Table is Rows as the Markdown between README's config marks.
func Table() string {
	var b strings.Builder
	b.WriteString("| name | default | what it does |\n| --- | --- | --- |\n")
	for _, r := range Rows() {
		shown := ""
		if r.Default != "" {
			shown = "`" + r.Default + "`"
		}
		b.WriteString("| `" + r.Name + "` | " + shown + " | " + strings.ReplaceAll(r.Description, "|", `\|`) + " |\n")
	}
	return b.String()
}

// envName is the variable behind a field of Config.
func envName(field string) string {
	f, found := reflect.TypeFor[Config]().FieldByName(field)
	if !found {
		return field
	}
	name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
	return name
}
