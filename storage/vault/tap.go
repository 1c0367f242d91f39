package vault

import "crypto/subtle"

// SignTap gives the 8 base64url characters that end the callback data of a button.
func (v *Vault) SignTap(data string) string {
	set := v.ring.Load().indexes[forTap]
	return tapMAC(set.PRFs[set.PrimaryID], data)
}

// CheckTap says whether mac is SignTap's of data, under any tap key of the file, in a time that tells nothing.
func (v *Vault) CheckTap(data, mac string) bool {
	ok := 0
	for _, key := range v.ring.Load().indexes[forTap].PRFs {
		ok |= subtle.ConstantTimeCompare([]byte(tapMAC(key, data)), []byte(mac))
	}
	return ok == 1
}
