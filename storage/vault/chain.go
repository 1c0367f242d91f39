package vault

import (
	"crypto/subtle"
	"encoding/hex"
)

// Chain is the mac of a row of an audit chain: 32 hex digits over where it stands and what it says. It is made under the one
// key that never rotates, for rows are kept for years.
func (v *Vault) Chain(shard, row string) string {
	return hex.EncodeToString(v.mac(forShard, said("audit", shard, row))[:indexBytes])
}

// CheckChain says whether mac is Chain's of a row, in a time that tells nothing.
func (v *Vault) CheckChain(shard, row, mac string) bool {
	return subtle.ConstantTimeCompare([]byte(v.Chain(shard, row)), []byte(mac)) == 1
}

// Alias stands for a user in what leaves the house: 8 hex digits, the same for one user always.
func (v *Vault) Alias(user string) string {
	return hex.EncodeToString(v.mac(forShard, said("alias", user))[:4])
}
