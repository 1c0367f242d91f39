package flows

// Record is one enrolment record (学籍): the 19 columns of the guide, in its order, empty ones kept.
type Record struct {
	Name       string `json:"name"`        // 姓名
	Sex        string `json:"sex"`         // 性别
	Nation     string `json:"nation"`      // 民族
	Born       string `json:"born"`        // 出生日期
	IDNumber   string `json:"id_number"`   // 身份证号
	Candidate  string `json:"candidate"`   // 考生号
	Student    string `json:"student"`     // 学号
	School     string `json:"school"`      // 院校名称
	College    string `json:"college"`     // 分院
	Department string `json:"department"`  // 系(所、函授站)
	Major      string `json:"major"`       // 专业名称
	Class      string `json:"class"`       // 班级
	Level      string `json:"level"`       // 层次
	Years      string `json:"years"`       // 学制
	DegreeKind string `json:"degree_kind"` // 学历类别
	Mode       string `json:"mode"`        // 学习形式
	Entered    string `json:"entered"`     // 入学日期
	Status     string `json:"status"`      // 学籍状态
	Graduating string `json:"graduating"`  // 预计毕业日期
}

// Columns are the headings of a roster file in the guide's order, with where each value goes.
var Columns = []struct {
	Heading string // of the roster file
	Key     string // of locales
	Field   func(*Record) *string
}{
	{"姓名", "record.name", func(r *Record) *string { return &r.Name }},
	{"性别", "record.sex", func(r *Record) *string { return &r.Sex }},
	{"民族", "record.nation", func(r *Record) *string { return &r.Nation }},
	{"出生日期", "record.born", func(r *Record) *string { return &r.Born }},
	{"身份证号", "record.id_number", func(r *Record) *string { return &r.IDNumber }},
	{"考生号", "record.candidate", func(r *Record) *string { return &r.Candidate }},
	{"学号", "record.student", func(r *Record) *string { return &r.Student }},
	{"院校名称", "record.school", func(r *Record) *string { return &r.School }},
	{"分院", "record.college", func(r *Record) *string { return &r.College }},
	{"系(所、函授站)", "record.department", func(r *Record) *string { return &r.Department }},
	{"专业名称", "record.major", func(r *Record) *string { return &r.Major }},
	{"班级", "record.class", func(r *Record) *string { return &r.Class }},
	{"层次", "record.level", func(r *Record) *string { return &r.Level }},
	{"学制", "record.years", func(r *Record) *string { return &r.Years }},
	{"学历类别", "record.degree_kind", func(r *Record) *string { return &r.DegreeKind }},
	{"学习形式", "record.mode", func(r *Record) *string { return &r.Mode }},
	{"入学日期", "record.entered", func(r *Record) *string { return &r.Entered }},
	{"学籍状态", "record.status", func(r *Record) *string { return &r.Status }},
	{"预计毕业日期", "record.graduating", func(r *Record) *string { return &r.Graduating }},
}
