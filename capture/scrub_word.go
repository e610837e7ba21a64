package capture

import (
	"strings"
	"unicode/utf8"
)

// hideWords hides the secrets that begin where a word begins: credentials that
// their issuer gives a prefix, and numbers that their check digits betray. It is
// one walk over the text, which looks closer at few of its words.
func (s *Scrubber) hideWords(plain string) string {
	var out strings.Builder
	done := 0
	for at := 0; at < len(plain); {
		if !inWord[plain[at]] {
			at++
			continue
		}
		if gap := wideGap(plain[at:]); gap > 0 {
			at += gap
			continue
		}
		end := at + 1
		for end < len(plain) && inWord[plain[end]] && (plain[end] < utf8.RuneSelf || wideGap(plain[end:]) == 0) {
			end++
		}
		keep, length, reason := secretAt(plain, at, end)
		if length == 0 && end < len(plain) && plain[end] == ' ' {
			if from, to := s.proseSecret(plain, at, end); to > from {
				keep, length, reason = from-at, to-at, "what follows a name in a sentence"
			}
		}
		if length == 0 {
			at = end
			continue
		}
		out.WriteString(plain[done : at+keep])
		out.WriteString(s.hide(reason, plain[at+keep:at+length]))
		at += length
		done = at
	}
	if done == 0 {
		return plain
	}
	out.WriteString(plain[done:])
	return out.String()
}

// inWord holds letters, digits and the underscore, and whatever is not ASCII.
var inWord = func() (table [256]bool) {
	for c := range table {
		table[c] = c == '_' || isDigit(byte(c)) || isLetter(byte(c)) || c >= utf8.RuneSelf
	}
	return table
}()

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isLetter(c byte) bool { return isUpper(c) || 'a' <= c && c <= 'z' }

// secretAt returns how much of a secret there is where the word plain[at:end]
// begins, 0 if there is none, and how much of that is to be kept.
func secretAt(plain string, at, end int) (keep, length int, reason string) {
	if isDigit(plain[at]) {
		if n, reason := numberLength(plain, at, end); n > 0 {
			return 0, n, reason
		}
	}
	if n := ibanLength(plain[at:]); n > 0 {
		return 0, n, "IBAN"
	}
	if n := resetTokenLength(plain[at:], end-at); n > 0 {
		return 0, n, "token of Django's password reset"
	}
	if n := colonTokenLength(plain, at, end); n > 0 {
		return 0, n, "Telegram token"
	}
	if n := mixedTokenLength(plain[at:], end-at); n > 0 {
		return 0, n, "token of a known form"
	}
	for i := range credentialsBy[plain[at]] {
		c := &credentialsBy[plain[at]][i]
		if n := c.length(plain[at:]); n > 0 {
			return c.keep, n, c.reason
		}
	}
	return 0, 0, ""
}

// resetTokenLength recognizes what PasswordResetTokenGenerator puts into paths
// (django/contrib/auth/tokens.py): seconds in base 36, and half of a SHA-256.
func resetTokenLength(s string, word int) int {
	const seconds, digest = 6, 32
	const length = seconds + 1 + digest
	if word != seconds || len(s) < length || s[seconds] != '-' || len(s) > length && inWord[s[length]] {
		return 0
	}
	if !isHex(s[seconds+1 : length]) {
		return 0
	}
	return length
}

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// colonTokenLength recognizes the tokens of Telegram's bots, such as 123456:ABC-DEF…,
// also behind the "bot" of their addresses.
func colonTokenLength(plain string, at, end int) int {
	const least = 30
	id := strings.TrimPrefix(plain[at:end], "bot")
	if len(id) < 6 || len(id) > 12 || end+least >= len(plain) || plain[end] != ':' || strings.Trim(id, "0123456789") != "" {
		return 0
	}
	n := 0
	for end+1+n < len(plain) && isTokenByte(plain[end+1+n]) {
		n++
	}
	if n < least {
		return 0
	}
	return end + 1 + n - at
}

func isTokenByte(c byte) bool { return inWord[c] && c < utf8.RuneSelf || c == '-' }

// mixedTokenLength recognizes tokens of several parts without a prefix: Discord's of
// bots, whose first part is the bot's id in Base64, and Mailgun's and Mailchimp's.
func mixedTokenLength(s string, word int) int {
	parts := func(separator byte, last bool, lengths ...[2]int) int {
		n := 0
		for i, bounds := range lengths {
			if i > 0 {
				if n >= len(s) || s[n] != separator {
					return 0
				}
				n++
			}
			start := n
			for n < len(s) && n-start <= bounds[1] && (inWord[s[n]] && s[n] < utf8.RuneSelf || last && s[n] == '-') {
				n++
			}
			if size := n - start; size < bounds[0] || size > bounds[1] {
				return 0
			}
		}
		return n
	}
	switch {
	case word == 32 && len(s) > 35 && s[32] == '-' && isHex(s[:32]):
		if n := parts('-', false, [2]int{32, 32}, [2]int{8, 8}, [2]int{8, 8}); n > 0 {
			return n
		}
		if strings.HasPrefix(s[33:], "us") && isDigit(s[35]) {
			return parts('-', false, [2]int{32, 32}, [2]int{3, 4})
		}
	case word >= 17 && word <= 32 && strings.IndexByte("MNO", s[0]) >= 0 && word < len(s) && (s[word] == '.' || s[word] == '-'):
		return parts('.', true, [2]int{23, 32}, [2]int{6, 7}, [2]int{27, 45})
	}
	return 0
}
