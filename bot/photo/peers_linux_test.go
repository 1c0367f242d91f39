package photo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// peerRuns is how often each tool compresses each picture, in turns.
const peerRuns = 5

// peer is a tool that makes a JPEG of at most MaxResultBytes, in a process of its own. The command prints the milliseconds
// that it took once it was loaded, if it can tell.
type peer struct {
	name    string
	command func(ctx context.Context, in, out string, side int) *exec.Cmd
	stays   bool // on its side: only EXIF tells how it stands
}

// sharpScript is what a developer would write with sharp: decoded, turned and scaled once, its quality bisected until 97 % of
// the budget is used. sharp's own encoder settings are those of libjpeg-turbo (mozjpeg: false).
const sharpScript = `
const sharp = require('sharp'), fs = require('fs'), [file, out, side, budget] = process.argv.slice(1)
async function main() {
  const start = process.hrtime.bigint()
  const box = {width: +side, height: +side, fit: 'inside', withoutEnlargement: true}
  const {data, info} = await sharp(file).rotate().resize(box).raw().toBuffer({resolveWithObject: true})
  let low = 5, high = 95, best = null
  while (low <= high) {
    const q = (low + high) >> 1, made = await sharp(data, {raw: info}).jpeg({quality: q, mozjpeg: false}).toBuffer()
    if (made.length > +budget) { high = q - 1; continue }
    best = made; low = q + 1
    if (made.length > .97 * +budget) break
  }
  fs.writeFileSync(out, best)
  console.log(Number(process.hrtime.bigint() - start) / 1e6)
}
main()`

// compressMain is what the test binary does as one of the tools.
func compressMain(in, out string) int {
	start := time.Now()
	raw, err := readBounded(in)
	if err != nil {
		return 1
	}
	res, err := New(Options{}).Examine(context.Background(), raw)
	if err != nil || os.WriteFile(out, res.JPEG, 0o600) != nil {
		return 1
	}
	fmt.Println(time.Since(start).Seconds() * 1e3)
	return 0
}

// tools are this room and the peers that are here. sharp is fetched by npm, unless PEERS names a folder that holds it; the
// others come with Debian: imagemagick, jpegoptim, tesseract-ocr.
func tools(b *testing.B) []peer {
	b.Helper()
	all := []peer{{name: "ours", command: func(ctx context.Context, in, out string, _ int) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0], in, out) //nolint:gosec // the test binary itself
		cmd.Env = append(os.Environ(), "PHOTO_TEST_COMMAND=compress")
		return cmd
	}}}
	if dir, err := sharpFolder(b); err != nil {
		b.Logf("without sharp: %v", err)
	} else {
		all = append(all, peer{name: "sharp-turbo", command: func(ctx context.Context, in, out string, side int) *exec.Cmd {
			cmd := exec.CommandContext(ctx, "node", "-e", sharpScript, "--", in, out, strconv.Itoa(side), strconv.Itoa(MaxResultBytes))
			cmd.Dir = dir
			return cmd
		}})
	}
	if convert, err := exec.LookPath("/usr/bin/convert"); err != nil {
		b.Log("without ImageMagick")
	} else {
		all = append(all, peer{name: "magick extent", command: func(ctx context.Context, in, out string, side int) *exec.Cmd {
			box := fmt.Sprintf("%dx%d", side, side)
			return exec.CommandContext(ctx, convert, "-define", "jpeg:size="+box, in, "-auto-orient", "-resize", box+">",
				"-define", fmt.Sprintf("jpeg:extent=%d", MaxResultBytes), "jpeg:"+out)
		}})
	}
	if jpegoptim, err := exec.LookPath("jpegoptim"); err != nil {
		b.Log("without jpegoptim")
	} else {
		all = append(all, peer{name: "jpegoptim size", stays: true, command: func(ctx context.Context, in, out string, _ int) *exec.Cmd {
			return exec.CommandContext(ctx, "sh", "-c", `exec "$0" -q --strip-all --size=292k --stdout "$1" >"$2"`, jpegoptim, in, out)
		}})
	}
	return all
}

// sharpFolder is where node finds sharp.
func sharpFolder(b *testing.B) (string, error) {
	b.Helper()
	if dir := os.Getenv("PEERS"); dir != "" {
		return dir, nil
	}
	dir := b.TempDir()
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "sharp")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install sharp: %w: %.200s", err, out)
	}
	return dir, nil
}

// outcome is what one tool made of one picture over all runs.
type outcome struct {
	walls, works, cpus []float64 // milliseconds: of the process, of the work once loaded (0: untold), of the processors
	rss, bytes         int       // MB, bytes
	read               []bool    // digits of the card
	card, face         []float64 // likeness with the source, 0..1
}

// run measures one compression.
func (o *outcome) run(b *testing.B, p peer, in, out string, side int) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	cmd := p.command(ctx, in, out, side)
	forget(b)
	start := time.Now()
	printed, err := cmd.Output()
	wall := time.Since(start).Seconds() * 1e3
	if err != nil {
		exit := &exec.ExitError{}
		_ = errors.As(err, &exit)
		b.Fatalf("%s of %s: %v %.300s", p.name, in, err, exit.Stderr)
	}
	work, _ := strconv.ParseFloat(strings.TrimSpace(string(printed)), 64)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	made, err := os.Stat(out)
	if err != nil || !ok {
		b.Fatal(err)
	}
	o.walls, o.works = append(o.walls, wall), append(o.works, work)
	o.cpus = append(o.cpus, (cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()).Seconds()*1e3)
	o.rss, o.bytes = max(o.rss, int(usage.Maxrss>>10)), int(made.Size())
}

// forget gives memory back and has the kernel forget this process's peak: a child's begins with it.
func forget(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("the memory of small tools is overstated: %v", err)
	}
}

func middle(v []float64) float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}

// BenchmarkPeers compresses pictures of three sizes side by side with the tools one would pick instead: time, memory, bytes, and
// the digits of the card's number that tesseract reads in what they made. It needs the project's papers (../shared/photos).
func BenchmarkPeers(b *testing.B) {
	dir, entries := sharedPhotos(b)
	if dir == "" {
		b.Log("no shared photos here: nothing compared")
		return
	}
	all, out := tools(b), b.TempDir()
	for _, class := range []struct{ name, files string }{
		{"1280 px", "ok_tg_front.jpg ok_tg_back.jpg ok_tg2_front.jpg ok_tg2_back.jpg"},
		{"12 MP", "ok_12mp_front.jpg ok_12mp_back.jpg"},
		{"48 MP", "ok_48mp_front.jpg"},
	} {
		results := map[string]*outcome{}
		for _, e := range entries {
			if slices.Contains(strings.Fields(class.files), e.File) {
				compare(b, all, e, dir, out, results)
			}
		}
		table(class.name, all, results)
	}
	results := map[string]*outcome{}
	for _, e := range entries {
		if strings.HasPrefix(e.File, "ok_12mp") {
			compare(b, all, distant(b, e, dir, out), out, out, results)
		}
	}
	table("12 MP far", all, results)
}

// compare runs all tools on one picture in turns and adds what they did.
func compare(b *testing.B, all []peer, e entry, dir, out string, results map[string]*outcome) {
	b.Helper()
	side := max(e.Width, e.Height)
	side = (side*eighths(side, KeepSide) + 7) / 8
	in := filepath.Join(dir, e.File)
	for i := range peerRuns * len(all) {
		p := all[(i+i/len(all))%len(all)]
		if results[p.name] == nil {
			results[p.name] = &outcome{}
		}
		results[p.name].run(b, p, in, filepath.Join(out, p.name+".jpg"), side)
	}
	stands := max(1, e.Orientation)
	source := upright(b, in, stands)
	for _, p := range all {
		orientation := 1
		if p.stays {
			orientation = stands
		}
		pic := upright(b, filepath.Join(out, p.name+".jpg"), orientation)
		results[p.name].reads(b, pic, e)
		results[p.name].resembles(pic, source, e)
	}
}

// table prints a class of pictures. Ratios are of minima; a lost digit is one that another tool's output still shows; card and
// face are how alike these parts are to the source's (SSIM).
func table(name string, all []peer, results map[string]*outcome) {
	fmt.Printf("\n%-10s%-16s%21s %21s %8s %7s %9s %8s %5s %7s %7s\n", name, "", "process ms min/median", "work ms min/median", "cpu ms", "RSS MB", "bytes", "digits", "lost", "card", "face")
	for _, p := range all {
		o := results[p.name]
		digits, lost := 0, 0
		for i, ok := range o.read {
			digits += map[bool]int{true: 1}[ok]
			for _, q := range all {
				if !ok && results[q.name].read[i] {
					lost++
					break
				}
			}
		}
		fmt.Printf("%-10s%-16s%12.0f / %6.0f %12.0f / %6.0f %8.0f %7d %9d %4d/%-3d %5d %7.4f %7.4f\n", "", p.name, slices.Min(o.walls), middle(o.walls),
			slices.Min(o.works), middle(o.works), middle(o.cpus), o.rss, o.bytes, digits, len(o.read), lost, average(o.card), average(o.face))
	}
	if ours, sharp := results["ours"], results["sharp-turbo"]; sharp != nil {
		fmt.Printf("%-10sours / sharp-turbo, minima: process %.2f, work %.2f; median CPU %.2f\n", "",
			slices.Min(ours.walls)/slices.Min(sharp.walls), slices.Min(ours.works)/slices.Min(sharp.works), middle(ours.cpus)/middle(sharp.cpus))
	}
}
