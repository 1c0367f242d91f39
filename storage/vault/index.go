package vault

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/tink-crypto/tink-go/v2/prf"

	"guiwei/flows"
)

// indexBytes is how much of an HMAC-SHA-256 an index keeps: 128 bits.
const indexBytes = 16

// Person is the blind index of an identity document: "<shard 0..255>.<32 hex>". Kind is the document's kind ("resident"),
// number its canonical form (for a resident 18 characters, X in upper case): another spelling is another person.
func (v *Vault) Person(kind, number string) flows.Person {
	shard, index := v.index("person", kind, number)
	return flows.Person(strconv.Itoa(shard) + "." + index)
}

// Phone is the blind index of a phone number in E.164: a shard 0..255 and 32 hex digits.
func (v *Vault) Phone(e164 string) (shard int, index string) { return v.index("phone", e164) }

// Email is the blind index of a canonical e-mail address: a shard 0..255 and 32 hex digits.
func (v *Vault) Email(address string) (shard int, index string) { return v.index("email", address) }

// Digest is what is kept of a one-time code: 32 hex digits that are right for this chat and this purpose only.
func (v *Vault) Digest(chat int64, purpose, text string) string {
	words := said("digest", strconv.FormatInt(chat, 10), purpose, text)
	return hex.EncodeToString(v.mac(forCode, words)[:indexBytes])
}

// PhotoDigest is what is kept of a photo's SHA-256 to know the photo again: 32 hex digits.
func (v *Vault) PhotoDigest(sha [32]byte) string {
	return hex.EncodeToString(v.mac(forPhoto, said("photo", string(sha[:])))[:indexBytes])
}

// PhotoBand is what a band of a photo's difference hash is looked for by: 32 hex digits that tell nothing of the bits.
func (v *Vault) PhotoBand(band int, bits uint32) string {
	words := said("band", strconv.Itoa(band), strconv.FormatUint(uint64(bits), 16))
	return hex.EncodeToString(v.mac(forPhoto, words)[:indexBytes])
}

// index places by the shard key, which never rotates, and names by the index key.
func (v *Vault) index(words ...string) (shard int, index string) {
	in := said(words...)
	return int(v.mac(forShard, in)[0]), hex.EncodeToString(v.mac(forIndex, in)[:indexBytes])
}

// mac is HMAC-SHA-256 under the key of a purpose that is in use.
func (v *Vault) mac(p purpose, in []byte) []byte { return v.ring.Load().mac(p, in) }

func (r *ring) mac(p purpose, in []byte) []byte {
	set := r.indexes[p]
	return hmac(set.PRFs[set.PrimaryID], in)
}

// hmac answers 32 bytes. Tink fails only when asked for more than the hash gives.
func hmac(key prf.PRF, in []byte) []byte {
	out, err := key.ComputePRF(in, 32)
	if err != nil {
		panic(fmt.Sprintf("vault: HMAC-SHA-256 of 32 bytes: %v", err))
	}
	return out
}

// said joins words so that no two lists give the same bytes: each after its length.
func said(words ...string) []byte {
	var out []byte
	for _, w := range words {
		out = binary.AppendUvarint(out, uint64(len(w)))
		out = append(out, w...)
	}
	return out
}

// tapBytes of a signature make 8 characters: callback data has 64 bytes for everything (Bot API, InlineKeyboardButton).
const tapBytes = 6

func tapMAC(key prf.PRF, data string) string {
	return base64.RawURLEncoding.EncodeToString(hmac(key, said("tap", data))[:tapBytes])
}
