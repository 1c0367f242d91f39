package main_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"guiwei/bot/config"
)

// node is a YAML value read into maps, lists and scalars.
type node struct {
	t     *testing.T
	path  string
	value any
}

// at goes down by keys and, for lists, by the entry with that name.
func (n node) at(keys ...string) node {
	n.t.Helper()
	for _, key := range keys {
		n.path += "/" + key
		switch v := n.value.(type) {
		case map[string]any:
			n.value = v[key]
		case []any:
			i := slices.IndexFunc(v, func(e any) bool { m, _ := e.(map[string]any); return m["name"] == key })
			if i < 0 {
				n.t.Fatalf("no %s", n.path)
			}
			n.value = v[i]
		}
		if n.value == nil {
			n.t.Fatalf("no %s", n.path)
		}
	}
	return n
}

func (n node) texts() map[string]string {
	n.t.Helper()
	m, ok := n.value.(map[string]any)
	if !ok {
		n.t.Fatalf("%s is no map", n.path)
	}
	out := map[string]string{}
	for key, v := range m {
		text, ok := v.(string)
		if !ok {
			n.t.Errorf("%s/%s is %v, not a text: quote it", n.path, key, v)
		}
		out[key] = text
	}
	return out
}

func (n node) list() []string {
	var out []string
	entries, _ := n.value.([]any)
	for _, e := range entries {
		text, _ := e.(string)
		out = append(out, text)
	}
	return out
}

// documents reads a YAML file of the top level, strictly: a key that stands twice is a fault.
func documents(t *testing.T, name string) []node {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	var all []node
	for d := yaml.NewDecoder(bytes.NewReader(raw)); ; {
		var v map[string]any
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, node{t, name, v})
	}
}

// kind is the document of kubernetes.yaml of a kind.
func kind(t *testing.T, name string) node {
	t.Helper()
	for _, d := range documents(t, "kubernetes.yaml") {
		if d.at("kind").value == name {
			return d
		}
	}
	t.Fatalf("kubernetes.yaml has no %s", name)
	return node{}
}

func composeBot(t *testing.T, name string) node {
	t.Helper()
	return documents(t, "compose.yaml")[0].at("services", name)
}

// settings are the environment of a deployed bot without what Go itself reads.
func settings(n node) map[string]string {
	all := n.texts()
	delete(all, "GOMEMLIMIT")
	return all
}

func TestDeployFilesSetRealSettingsAndTheSameOnes(t *testing.T) {
	t.Parallel()
	var known []string
	for _, r := range config.Rows() {
		known = append(known, r.Name)
	}
	compose := settings(composeBot(t, "bot-a").at("environment"))
	kubernetes := settings(kind(t, "ConfigMap").at("data"))
	for name := range compose {
		if !slices.Contains(known, name) {
			t.Errorf("compose.yaml sets %s, which no setting is called", name)
		}
	}
	names := func(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
	if diff := cmp.Diff(names(compose), names(kubernetes)); diff != "" {
		t.Errorf("compose.yaml and kubernetes.yaml set other things\n%s", diff)
	}
	if diff := cmp.Diff(composeBot(t, "bot-a").value, composeBot(t, "bot-b").value); diff != "" {
		t.Errorf("the replicas differ\n%s", diff)
	}
}

// What the files set is loaded as the bot loads it, with secrets as files, and is without a fault.
func TestDeployedSettingsAreWithoutFault(t *testing.T) {
	t.Parallel()
	variable := regexp.MustCompile(`\$\{([A-Z_]+)(?::([-?])([^}]*))?\}`)
	operator := map[string]string{"GUIWEI_HOST": "bot.example.edu", "OPERATOR_NAME": "示例大学", "SUPPORT_CONTACT": "010-0000 0000"}
	for name, environ := range map[string]map[string]string{
		"compose.yaml":    settings(composeBot(t, "bot-a").at("environment")),
		"kubernetes.yaml": settings(kind(t, "ConfigMap").at("data")),
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{"telegram_token": botToken, "webhook_secret": hookSecret, "keys": "{}",
			"redis_url": "redis://:pw@redis:6379/0", "sms_url": "aliyun://key:secret@dysmsapi.aliyuncs.com?sign=x&template.code=SMS_100", "mail_url": "smtp://u:pw@mail.example.edu?from=bot@example.edu"} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o400); err != nil {
				t.Fatal(err)
			}
		}
		for key, value := range environ {
			value = variable.ReplaceAllStringFunc(value, func(v string) string {
				m := variable.FindStringSubmatch(v)
				if own, ok := operator[m[1]]; ok {
					return own
				}
				return map[bool]string{true: m[3]}[m[2] == "-"]
			})
			if strings.HasPrefix(value, "/run/secrets/") {
				value = filepath.Join(dir, filepath.Base(value))
			}
			environ[key] = value
		}
		c, err := config.Load(environ)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.WebhookURL != "https://bot.example.edu/telegram" || c.PhotosURL.Reveal() != "file:/data/photos" {
			t.Errorf("%s: webhook %s", name, c.WebhookURL)
		}
	}
}

// Ports, paths, secrets and mounts of all files lead to each other.
func TestDeployFilesAgree(t *testing.T) {
	t.Parallel()
	compose, bot := documents(t, "compose.yaml")[0], composeBot(t, "bot-a")
	environ, data := bot.at("environment").texts(), kind(t, "ConfigMap").at("data").texts()
	caddy, err := os.ReadFile(filepath.Join(root, "Caddyfile"))
	if err != nil {
		t.Fatal(err)
	}
	front := compose.at("services", "caddy", "environment").texts()
	same := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", what, diff)
		}
	}
	same("LISTEN", []string{environ["LISTEN"], environ["METRICS_LISTEN"]}, []string{data["LISTEN"], data["METRICS_LISTEN"]})
	same("caddy's replicas", front["GUIWEI_BOTS"], "bot-a"+environ["LISTEN"]+" bot-b"+environ["LISTEN"])
	for _, says := range []string{"{$GUIWEI_BOTS:" + front["GUIWEI_BOTS"] + "}", "path /telegram\n", "health_uri /readyz", "max_size 1MiB",
		"149.154.160.0/20 91.108.4.0/22", "method POST"} {
		if !strings.Contains(string(caddy), says) {
			t.Errorf("Caddyfile does not say %q", says)
		}
	}
	declared := slices.Sorted(maps.Keys(compose.at("secrets").value.(map[string]any)))
	used := append(bot.at("secrets").list(), compose.at("services", "redis", "secrets").list()...)
	slices.Sort(used)
	same("compose's secrets", used, declared)
	for name, value := range environ {
		if file, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(used, file) {
			t.Errorf("%s names secret %s, which is not given", name, file)
		}
	}
	pod := kind(t, "Deployment").at("spec", "template", "spec")
	container := pod.at("containers", "bot")
	same("the secrets' mount", filepath.Dir(data["KEYS_FILE"]), container.at("volumeMounts", "secrets", "mountPath").value)
	same("the photos' mount", []any{"file:" + container.at("volumeMounts", "photos", "mountPath").value.(string) + "/photos", bot.at("volumes").list()},
		[]any{data["PHOTOS_URL"], []string{"photos:/data", "${HOLIDAYS_FILE:-/dev/null}:/run/holidays.json:ro"}})
	same("the holidays' mount", environ["HOLIDAYS_FILE"], "${HOLIDAYS_FILE:+/run/holidays.json}")
	same("port of http", ":"+text(container.at("ports", "http", "containerPort")), data["LISTEN"])
	same("port of metrics", ":"+text(container.at("ports", "metrics", "containerPort")), data["METRICS_LISTEN"])
	same("the service's port", kind(t, "Service").at("spec", "ports", "http", "targetPort").value, "http")
	same("the photos' volume", kind(t, "PersistentVolumeClaim").at("spec", "accessModes").list(), []string{"ReadWriteMany"})
	same("readiness", container.at("readinessProbe", "httpGet", "path").value, "/readyz")
	same("liveness", container.at("livenessProbe", "httpGet", "path").value, "/healthz")
}

func text(n node) string {
	raw, err := yaml.Marshal(n.value)
	if err != nil {
		n.t.Fatal(err)
	}
	return strings.TrimSpace(string(raw))
}

// What keeps every promise is switched on, and nobody has more rights than needed.
func TestDeployedRedisAndContainersAreHardened(t *testing.T) {
	t.Parallel()
	redis := documents(t, "compose.yaml")[0].at("services", "redis")
	command := strings.Join(redis.at("command").list(), " ")
	for _, says := range []string{"--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction", "--requirepass"} {
		if !strings.Contains(command, says) {
			t.Errorf("redis is started without %s", says)
		}
	}
	for _, name := range []string{"bot-a", "bot-b", "redis", "caddy"} {
		s := composeBot(t, name)
		if s.at("read_only").value != true || !slices.Equal(s.at("cap_drop").list(), []string{"ALL"}) {
			t.Errorf("%s may write its root or has capabilities", name)
		}
		s.at("mem_limit")
		s.at("stop_grace_period")
	}
	container := kind(t, "Deployment").at("spec", "template", "spec", "containers", "bot")
	security := container.at("securityContext").value
	want := map[string]any{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": map[string]any{"drop": []any{"ALL"}}}
	if diff := cmp.Diff(any(want), security); diff != "" {
		t.Error(diff)
	}
	pod := kind(t, "Deployment").at("spec", "template", "spec", "securityContext")
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	user := composeBot(t, "bot-a").at("user").value.(string)
	if !strings.Contains(string(dockerfile), "USER "+user+"\n") || text(pod.at("runAsUser"))+":"+text(pod.at("fsGroup")) != user {
		t.Errorf("image, compose.yaml and kubernetes.yaml run as other users than %s", user)
	}
}

// The commands that the image, the pod and README's unit call are commands of this program.
func TestDeployedCommandsExist(t *testing.T) {
	t.Parallel()
	p := set(t, cell{mode: byPolling, replicas: 1}, nil, newSeed(t))
	help, err := p.command("--help")
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	called := kind(t, "Deployment").at("spec", "template", "spec", "containers", "bot", "args").list()
	for _, m := range regexp.MustCompile(`CMD \[(?:"/bot", )?"([a-z]+)"\]`).FindAllStringSubmatch(string(dockerfile), -1) {
		called = append(called, m[1])
	}
	if diff := cmp.Diff([]string{"serve", "healthcheck", "serve"}, called); diff != "" {
		t.Error(diff)
	}
	for _, word := range called {
		if !regexp.MustCompile(`(?m)^  ` + word + `( |$)`).Match(help) {
			t.Errorf("no command %s in\n%s", word, help)
		}
	}
}

// The unit in README sets real settings, and systemd takes it where there is one to ask.
func TestReadmesUnitIsGood(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)<!-- unit: begin -->\n```ini\n(.*?)```\n<!-- unit: end -->").FindSubmatch(readme)
	if m == nil {
		t.Fatal("README has no unit")
	}
	unit := string(m[1])
	known := []string{"GOMEMLIMIT"}
	for _, r := range config.Rows() {
		known = append(known, r.Name)
	}
	set := regexp.MustCompile(`[ =]([A-Z_]{4,})=`).FindAllStringSubmatch(unit, -1)
	for _, name := range set {
		if !slices.Contains(known, name[1]) {
			t.Errorf("the unit sets %s, which no setting is called", name[1])
		}
	}
	if len(set) < 6 || !strings.Contains(unit, "\nExecStart=/usr/local/bin/guiwei serve\n") {
		t.Errorf("%d settings in\n%s", len(set), unit)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // no systemd to ask
	}
	binary, err := house.build()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "guiwei.service")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(unit, "/usr/local/bin/guiwei", binary)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), analyze, "verify", path).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v %s", err, out)
	}
}

// What README has an operator write for compose is what compose.yaml asks for.
func TestReadmeFillsInWhatComposeAsksFor(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	compose, err := os.ReadFile(filepath.Join(root, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\$\{([A-Z_]+):\?`).FindAllSubmatch(compose, -1) {
		if !bytes.Contains(readme, []byte("\n"+string(m[1])+"=")) {
			t.Errorf("README's .env lacks %s", m[1])
		}
	}
	for name := range documents(t, "compose.yaml")[0].at("secrets").value.(map[string]any) {
		if !bytes.Contains(readme, []byte("secrets/"+name)) {
			t.Errorf("README does not say how secrets/%s is made", name)
		}
	}
}

// Every figure that README names is one that the bot shows.
func TestReadmesFiguresExist(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	p := watched(t, byPolling, nil)
	body, _ := p.ask("http://" + p.setting("METRICS_LISTEN") + "/metrics")
	named := regexp.MustCompile(`guiwei_[a-z_]+`).FindAllString(string(readme), -1)
	for _, name := range named {
		if !strings.Contains(body, "\n# TYPE "+strings.TrimSuffix(name, "_count")+" ") {
			t.Errorf("README speaks of %s, which nobody shows", name)
		}
	}
	if len(named) < 10 {
		t.Errorf("README names %d figures", len(named))
	}
}
