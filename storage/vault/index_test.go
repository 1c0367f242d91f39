package vault_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestPersonIsAShardAndAnIndexThatSayNothing(t *testing.T) {
	t.Parallel()
	v, keys := fresh(t)
	again := open(t, keys)
	form := regexp.MustCompile(`^(0|[1-9][0-9]{0,2})\.[0-9a-f]{32}$`)
	seen, shards := map[string]bool{}, map[int]int{}
	for i := range 4000 {
		number := fmt.Sprintf("99010120000101%04d", i)
		p := string(v.Person("resident", number))
		if !form.MatchString(p) {
			t.Fatalf("person %q", p)
		}
		if p != string(again.Person("resident", number)) {
			t.Fatal("the same keys name the same person differently")
		}
		shard, err := strconv.Atoi(strings.SplitN(p, ".", 2)[0])
		if err != nil || shard > 255 {
			t.Fatalf("shard of %q", p)
		}
		shards[shard]++
		seen[p] = true
	}
	if len(seen) != 4000 || len(shards) != 256 {
		t.Errorf("%d persons in %d shards, want 4000 in 256", len(seen), len(shards))
	}
}

func TestIndexesDependOnKeysKindsAndWordBoundaries(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	other, _ := fresh(t)
	number := "990101200001010014"
	phoneShard, phone := v.Phone(number)
	emailShard, email := v.Email(number)
	names := []string{
		string(v.Person("resident", number)), string(other.Person("resident", number)),
		string(v.Person("passport", number)), string(v.Person("resident9", number[1:])),
		fmt.Sprintf("%d.%s", phoneShard, phone), fmt.Sprintf("%d.%s", emailShard, email),
		v.Digest(42, "phone", number), v.Digest(43, "phone", number), v.Digest(42, "email", number),
		v.Digest(42, "phone", number[:17]), v.Digest(4, "2phone", number), other.Digest(42, "phone", number),
		v.PhotoDigest(sha256.Sum256([]byte("a"))), v.PhotoDigest(sha256.Sum256([]byte("b"))),
		other.PhotoDigest(sha256.Sum256([]byte("a"))),
	}
	seen := map[string]bool{}
	for i, name := range names {
		index := name[strings.Index(name, ".")+1:]
		if len(index) != 32 || seen[index] {
			t.Errorf("index %d: %q is no index of its own", i, index)
		}
		seen[index] = true
	}
}

func TestTapIsAcceptedOnlyWholeAndUnchanged(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	other, _ := fresh(t)
	data := "v1.203-17.4.approve"
	mac := v.SignTap(data)
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{8}$`).MatchString(mac) {
		t.Fatalf("signature %q", mac)
	}
	if !v.CheckTap(data, mac) {
		t.Error("our own signature refused")
	}
	if other.CheckTap(data, mac) {
		t.Error("accepted under other keys")
	}
	for i := range data {
		if v.CheckTap(data[:i]+"~"+data[i+1:], mac) {
			t.Errorf("accepted with character %d changed", i)
		}
	}
	for i := range mac {
		if v.CheckTap(data, mac[:i]) || v.CheckTap(data, mac[:i]+"~"+mac[i+1:]) {
			t.Errorf("accepted with signature cut or changed at %d", i)
		}
	}
	if v.CheckTap(data, mac+"A") || v.CheckTap(data, "") {
		t.Error("accepted with a longer or no signature")
	}
}
