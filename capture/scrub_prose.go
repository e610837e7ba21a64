package capture

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// proseNames are words that a secret follows in a sentence: Password 'x' is too
// weak, for user ada with password x.
var proseNames = []string{"password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "contraseña", "senha", "wachtwoord", "pwd", "secret", "token", "credential",
	"credentials", "passwords", "tokens", "secrets", "key", "pin", "otp", "code", "session", "cookie", "jwt", "signature", "mdp", "identified"}

// quotations are how a text quotes: opening and closing.
var quotations = [][2]string{{"'", "'"}, {`"`, `"`}, {"`", "`"}, {`\'`, `\'`}, {`\"`, `\"`}, {"‘", "’"}, {"“", "”"}, {"«", "»"}, {"„", "“"},
	{"&#x27;", "&#x27;"}, {"&#39;", "&#39;"}, {"&quot;", "&quot;"}, {"&#34;", "&#34;"}, {"<", ">"}}

// fillers can stand between the name and the secret.
var fillers = []string{"is", "was", "of", "value", "string", "given", "provided", "supplied", "entered", "submitted", "used", "hash", "id", "by", "called", "named"}

// introducers stand before a name that the secret follows without quotes.
var introducers = []string{"with", "using", "and", "via", "use", "used", "new", "old", "temporary", "initial", "default", "login"}

// plainWords follow a name in prose and are no secrets.
var plainWords = strings.Fields(`a about after again against all already also an and any are as at authentication authenticator auth authorization backend based
	because been before being below but by can cannot change changed check complexity confirmation could credentials did does doesn't due empty endpoint
	exchange expired expires expiry failed failure field file flow for form format from generation grant had handling has hash hashes hasher hashers hashing have header if
	in incorrect instead invalid into is isn't it its length list login manager match matches may middleware mismatch missing must name names no nor not of off
	on only or over parameter policy prompt protected protection provider refresh reset required requirements rotation rules scheme server service set should so
	storage store strength support than that the their then this to too type types under until update updated url usage used user validation validator
	validators value verification via view was were when where which while will with within without would wrong you your`)

// proseSecret returns where the secret begins and ends that follows the word
// plain[start:end] in a sentence; nothing if there is none.
func (s *Scrubber) proseSecret(plain string, start, end int) (from, to int) {
	word := plain[start:end]
	if at := strings.LastIndexByte(word, '_'); at >= 0 {
		word = word[at+1:]
	}
	if !isProseName(word) {
		return 0, 0
	}
	before := plain[max(0, start-maxProse):start]
	phrase := nameBefore(plain[max(0, start-maxProse):end])
	if word = strings.ToLower(word); word == "identified" {
		phrase = "password" // IDENTIFIED BY 'x'
	} else if word == "key" || word == "code" {
		if !strings.ContainsAny(phrase, " _-") {
			return 0, 0
		}
	}
	if !s.denies(phrase) || word == "key" && !isKeyPhrase(phrase) {
		return 0, 0
	}
	at, filled := end, false
	for range 3 {
		n := at
		for n < len(plain) && plain[n] == ' ' {
			n++
		}
		next := wordAt(plain, n)
		if n == at || !slices.Contains(fillers, strings.ToLower(next)) {
			break
		}
		at, filled = n+len(next), true
	}
	if at == len(plain) || plain[at] != ' ' {
		return 0, 0
	}
	for at < len(plain) && plain[at] == ' ' {
		at++
	}
	if word == "cookie" || word == "session" || word == "signature" {
		from, to = quotation(plain, at)
		if word == "cookie" || !looksRandom(plain[from:to]) {
			return 0, 0
		}
		return from, to
	}
	if from, to = quotation(plain, at); to > from {
		return from, to
	}
	bare := bareWord(plain, at)
	introduced := !filled && (slices.Contains(introducers, lastWordOf(before, 1)) || slices.Contains(introducers, lastWordOf(before, 2)) && isArticle(lastWordOf(before, 1)))
	switch {
	case bare == "" || strings.ContainsAny(bare, "=") || slices.Contains(plainWords, strings.ToLower(bare)):
		return 0, 0
	case looksRandom(bare), introduced && word != "session", isCode(word) && len(bare) >= 4 && strings.Trim(bare, "0123456789") == "", hasOddMix(bare):
		return at, at + len(bare)
	}
	return 0, 0
}

// maxProse is how far before a name its sentence is looked at, in bytes.
const maxProse = 64

// proseNamesBy holds the names by their length.
var proseNamesBy = func() (table [16][]string) {
	for _, name := range proseNames {
		table[len(name)] = append(table[len(name)], name)
	}
	return table
}()

func isProseName(word string) bool {
	return len(word) < len(proseNamesBy) &&
		slices.ContainsFunc(proseNamesBy[len(word)], func(name string) bool { return strings.EqualFold(name, word) })
}

// secretKeys are what makes a secret of a key in prose, where "the key" is one of a
// dictionary.
var secretKeys = []string{"api", "access", "secret", "private", "auth", "license", "licence", "signing", "encryption", "ssh", "account", "master", "activation", "recovery"}

func isKeyPhrase(phrase string) bool {
	kind := strings.TrimRight(strings.ToLower(phrase)[:len(phrase)-len("key")], " _-")
	return slices.ContainsFunc(secretKeys, func(secret string) bool { return strings.HasSuffix(kind, secret) })
}

func isCode(word string) bool {
	return word == "pin" || word == "otp" || word == "code" || word == "passcode" || word == "token"
}

func isArticle(word string) bool {
	return word == "the" || word == "a" || word == "an" || word == "this" || word == "his" || word == "her" || word == "their" || word == "your" || word == "my"
}

// hasOddMix reports whether a word has signs in it that no word of a language has.
func hasOddMix(word string) bool {
	return len(word) >= 6 && strings.ContainsAny(word[1:len(word)-1], "!@#$%^&*+~") && !strings.ContainsAny(word, "=:/")
}

// quotation returns what is quoted at.
func quotation(plain string, at int) (from, to int) {
	for _, q := range quotations {
		if !strings.HasPrefix(plain[at:], q[0]) {
			continue
		}
		from = at + len(q[0])
		line := plain[from:min(len(plain), from+maxQuotation)]
		if end := strings.Index(line, q[1]); end > 0 && strings.IndexByte(line[:end], '\n') < 0 {
			return from, from + end
		}
		return 0, 0
	}
	return 0, 0
}

const maxQuotation = 512

// bareWord returns the word at, up to a blank, without the punctuation behind it.
func bareWord(plain string, at int) string {
	end := at
	for end < len(plain) && end-at < maxQuotation && strings.IndexByte(" \t\r\n\"'<>()[]{},;", plain[end]) < 0 {
		end++
	}
	return strings.TrimRight(plain[at:end], ".:!?")
}

func wordAt(plain string, at int) string {
	end := at
	for end < len(plain) && end-at < maxTagName && isLetter(plain[end]) {
		end++
	}
	return plain[at:end]
}

// lastWordOf returns the nth word from the end in lower case.
func lastWordOf(text string, n int) string {
	for {
		text = strings.TrimRight(text, " ")
		start := len(text)
		for start > 0 && (isLetter(text[start-1]) || text[start-1] >= utf8.RuneSelf) {
			start--
		}
		if n--; n == 0 {
			return strings.ToLower(text[start:])
		}
		text = text[:start]
	}
}
