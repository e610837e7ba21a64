package capture

import (
	"regexp"
	"strings"
)

// passwordHash is what is kept of a password: as Django does
// (contrib/auth/hashers.py), in the format of crypt(3) and PHC strings, as LDAP
// (RFC 2307), PostgreSQL (RFC 5803), and Werkzeug.
var passwordHash = regexp.MustCompile(`(?:\b(?:pbkdf2_\w+|argon2\w*|bcrypt\w*|scrypt|md5|sha1|sha256|sha512|unsalted_md5|unsalted_sha1|crypt)\$+[^\s'"<>;)]{4,}` +
	`|\bSCRAM-SHA-(?:1|256|512)\$[^\s'"<>;)]{8,}` +
	`|\b(?:scrypt|pbkdf2):[\w:]+\$[^\s'"<>;)]{8,}` +
	`|\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|md5|argon2(?:id|i|d)|scrypt|bcrypt-sha256|pbkdf2[\w-]*|P|H|S)\$[^\s'"<>;)]{8,}` +
	`|\{(?:SSHA|SHA|SMD5|MD5|CRYPT|SSHA256|SSHA512|PBKDF2[\w-]*|ARGON2)\}[\w./+=$]{8,})`)

// hideHashes hides the hashes of passwords. Few texts have a $ or a {S in them.
func (s *Scrubber) hideHashes(plain string) string {
	if strings.IndexByte(plain, '$') < 0 && !strings.Contains(plain, "{S") && !strings.Contains(plain, "{MD5}") && !strings.Contains(plain, "{CRYPT}") &&
		!strings.Contains(plain, "{PBKDF2") && !strings.Contains(plain, "{ARGON2") {
		return plain
	}
	return passwordHash.ReplaceAllStringFunc(plain, func(hash string) string { return s.hide("hash of a password", hash) })
}
