package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"

	"guiwei/flows"
)

// readRoster reads a CSV with the guide's 19 columns, in any order, UTF-8 (with or without a mark) or GB18030.
// All faults are told at once, by row, so that one look at the file mends them.
func readRoster(raw []byte) ([]flows.Record, error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(raw) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
		if err != nil {
			return nil, errors.New("the file is neither UTF-8 nor GB18030; save it as CSV UTF-8")
		}
		raw = decoded
	}
	rows := csv.NewReader(bytes.NewReader(raw))
	heading, err := rows.Read()
	if err != nil {
		return nil, errors.New("the file has no heading line")
	}
	columns, err := place(heading)
	if err != nil {
		return nil, err
	}
	var records []flows.Record
	var faults []error
	for line := 2; ; line++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return records, errors.Join(faults...)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("row %d: %w", line, err))
			if !errors.Is(err, csv.ErrFieldCount) {
				return nil, errors.Join(faults...)
			}
			continue
		}
		record := flows.Record{}
		for i, value := range row {
			*flows.Columns[columns[i]].Field(&record) = strings.TrimSpace(value)
		}
		record.IDNumber = strings.ToUpper(strings.ReplaceAll(norm.NFKC.String(record.IDNumber), " ", "")) // as registration has it
		if record.IDNumber == "" || record.Name == "" {
			faults = append(faults, fmt.Errorf("row %d: 姓名 and 身份证号 must not be empty", line))
			continue
		}
		records = append(records, record)
	}
}

// place finds which of the 19 columns each heading names.
func place(heading []string) ([]int, error) {
	at := map[string]int{}
	for i, c := range flows.Columns {
		at[c.Heading] = i
	}
	columns := make([]int, len(heading))
	seen := map[int]bool{}
	for i, h := range heading {
		n, known := at[strings.TrimSpace(h)]
		if !known {
			return nil, fmt.Errorf("column %d has an unknown heading; the headings are %s", i+1, headings())
		}
		columns[i], seen[n] = n, true
	}
	if len(seen) != len(flows.Columns) {
		return nil, fmt.Errorf("%d of the 19 columns are missing; the headings are %s", len(flows.Columns)-len(seen), headings())
	}
	return columns, nil
}

func headings() string {
	names := make([]string, len(flows.Columns))
	for i, c := range flows.Columns {
		names[i] = c.Heading
	}
	return strings.Join(names, ",")
}
