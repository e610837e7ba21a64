package capture

import (
	"slices"
	"strings"
)

// numberLength returns the length of the secret number that plain[at:] begins
// with, and what it is. plain[at:end] is its first word.
func numberLength(plain string, at, end int) (int, string) {
	if isFraction(plain, at) {
		return 0, ""
	}
	s := plain[at:]
	if n := cardLength(s, end-at); n > 0 {
		return n, "card number"
	}
	if n := socialSecurityLength(s, end-at); n > 0 && (at == 0 || plain[at-1] != '-') {
		return n, "social security number"
	}
	return 0, ""
}

// isFraction reports whether what begins at is the rest of a longer number: 0.4111…
func isFraction(plain string, at int) bool {
	return at > 1 && (plain[at-1] == '.' || plain[at-1] == '-') && isDigit(plain[at-2])
}

// gapLength returns the length of what sets groups of digits apart, at the beginning
// of s: a blank, of any width, a dash or a dot, and a blank as forms and paths have it.
func gapLength(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] == ' ' || s[0] == '-' || s[0] == '.' || s[0] == '+' || s[0] == '_':
		return 1
	case strings.HasPrefix(s, "%20"):
		return len("%20")
	default:
		return wideGap(s)
	}
}

// wideGap returns the length of the blank or the dash beyond ASCII that s begins with:
// U+00A0, U+2000 to U+2015, U+202F, U+3000.
func wideGap(s string) int {
	switch {
	case strings.HasPrefix(s, "\u00a0"):
		return 2
	case len(s) >= 3 && s[0] == 0xE2 && s[1] == 0x80 && (s[2] <= 0x95 || s[2] == 0xAF), strings.HasPrefix(s, "\u3000"):
		return 3
	}
	return 0
}

// cardLayouts are how the digits of a card number are set apart: most cards, those of
// 19 digits, American Express, Diners Club.
var cardLayouts = [][]int{{4, 4, 4, 4, 3}, {4, 4, 4, 4}, {4, 6, 5}, {4, 6, 4}, {4, 4, 5}, {6, 13}}

// Lengths of card numbers (ISO/IEC 7812-1), in digits.
const (
	minCard = 12
	maxCard = 19
)

// cardLength returns the length of the number of a payment card that s begins
// with: of a known issuer, with the right check digit, and no part of a longer
// number.
func cardLength(s string, word int) int {
	if word >= minCard && word <= maxCard {
		if isCard(s[:word]) && !continues(s[word:], '.') {
			return word
		}
		return 0
	}
	if word != 4 && word != 6 {
		return 0
	}
	gap := gapLength(s[word:])
	if gap == 0 {
		return 0
	}
	for _, layout := range cardLayouts {
		if n, digits := digitGroups(s, s[word:word+gap], layout); n > 0 && isCard(digits) {
			return n
		}
	}
	return 0
}

// continues reports whether s is the rest of a number behind a separator.
func continues(s string, separator byte) bool {
	return len(s) > 1 && s[0] == separator && isDigit(s[1])
}

// digitGroups reads groups of digits. n is the length of the whole, 0 if s does not
// begin with just these groups.
func digitGroups(s, gap string, layout []int) (n int, digits string) {
	var all [maxCard]byte
	read := all[:0]
	for i, size := range layout {
		if i > 0 {
			if !strings.HasPrefix(s[n:], gap) {
				return 0, ""
			}
			n += len(gap)
		}
		if len(s) < n+size {
			return 0, ""
		}
		for ; size > 0; size-- {
			if !isDigit(s[n]) {
				return 0, ""
			}
			read = append(read, s[n])
			n++
		}
	}
	rest := s[n:]
	if rest != "" && inWord[rest[0]] && wideGap(rest) == 0 || gap != " " && strings.HasPrefix(rest, gap) && len(rest) > len(gap) && isDigit(rest[len(gap)]) {
		return 0, ""
	}
	return n, string(read)
}

// isCard reports whether digits are the number of a card.
func isCard(digits string) bool {
	sum := 0
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return false
		}
		digit := int(digits[i] - '0')
		if (len(digits)-i)%2 == 0 { // Luhn (ISO/IEC 7812-1, annex B)
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0 && isIssued(digits)
}

// issuers are the first digits that card networks have, and the lengths that their
// numbers have: the ranges of issuer identification numbers (ISO/IEC 7812-1) in the
// networks' own technical documents as of 2025. Lengths without cards in use, such as
// 18 digits of Visa, are left out: identifiers have them.
var issuers = []struct {
	first, last string
	lengths     []int
}{
	{"34", "34", []int{15}}, {"37", "37", []int{15}}, // American Express
	{"300", "305", []int{14, 16, 19}}, {"3095", "3095", []int{14, 16, 19}}, {"36", "36", []int{14, 16, 19}}, {"38", "39", []int{14, 16, 19}}, // Diners Club
	{"3528", "3589", []int{16, 19}},                      // JCB
	{"4", "4", []int{13, 16, 19}},                        // Visa
	{"51", "55", []int{16}}, {"2221", "2720", []int{16}}, // Mastercard
	{"5018", "5018", []int{12, 13, 16, 18, 19}}, {"5020", "5020", []int{12, 13, 16, 18, 19}}, // Maestro
	{"5038", "5038", []int{12, 13, 16, 18, 19}}, {"5893", "5893", []int{16, 18, 19}}, {"6304", "6304", []int{12, 13, 16, 18, 19}},
	{"6759", "6759", []int{12, 13, 16, 18, 19}}, {"6761", "6763", []int{12, 13, 16, 18, 19}}, {"6771", "6771", []int{16, 18, 19}},
	{"6011", "6011", []int{16, 19}}, {"644", "649", []int{16, 19}}, {"65", "65", []int{16, 19}}, // Discover
	{"62", "62", []int{16, 17, 18, 19}}, {"8171", "8171", []int{16, 17, 18, 19}}, // UnionPay
	{"2200", "2204", []int{16, 17, 18, 19}},                                         // Mir
	{"6521", "6522", []int{16}}, {"60", "60", []int{16}}, {"508", "508", []int{16}}, // RuPay
	{"9792", "9792", []int{16}},                                                                                            // Troy
	{"5067", "5067", []int{16}}, {"636297", "636297", []int{16}}, {"5041", "5041", []int{16}}, {"6363", "6363", []int{16}}, // Elo, Hipercard
	{"5019", "5019", []int{16}}, // Dankort
}

func isIssued(digits string) bool {
	for _, issuer := range issuers {
		prefix := digits[:len(issuer.first)]
		if issuer.first <= prefix && prefix <= issuer.last && slices.Contains(issuer.lengths, len(digits)) && strings.Trim(digits, "0") != "" {
			return true
		}
	}
	return false
}

// socialSecurityLength recognizes the number of the United States in groups;
// without them any nine digits could be one. Some parts are never
// given (SSA, POMS RM 10201.035).
func socialSecurityLength(s string, word int) int {
	if word != 3 || len(s) < 11 {
		return 0
	}
	gap := gapLength(s[word:])
	if gap == 0 || s[word] == '_' {
		return 0
	}
	n, digits := digitGroups(s, s[word:word+gap], []int{3, 2, 4})
	if n == 0 {
		return 0
	}
	area, group, serial := digits[:3], digits[3:5], digits[5:]
	if area == "000" || area == "666" || area >= "900" || group == "00" || serial == "0000" {
		return 0
	}
	return n
}

// ibans are the countries of the SWIFT IBAN registry, each with its length.
const ibans = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 " +
	"GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 " +
	"ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 " +
	"UA29 VA22 VG24 XK20"

var ibanLengths = func() map[string]int {
	lengths := make(map[string]int)
	for country := range strings.FieldsSeq(ibans) {
		lengths[country[:2]] = int(country[2]-'0')*10 + int(country[3]-'0')
	}
	return lengths
}()

// ibanLength recognizes an international bank account number (ISO 13616), whole
// or in groups of four, by its country, its length and its check digits.
func ibanLength(s string) int {
	if len(s) < 15 || !isLetter(s[0]) || !isLetter(s[1]) || !isDigit(s[2]) || !isDigit(s[3]) {
		return 0
	}
	country := [2]byte{upperCase(s[0]), upperCase(s[1])}
	length, n, size := ibanLengths[string(country[:])], 0, 0
	var number [34]byte
	for size < length && n < len(s) {
		if c := s[n]; isLetter(c) || isDigit(c) {
			number[size] = upperCase(c)
			size++
			n++
			continue
		}
		gap := gapLength(s[n:])
		if gap == 0 || size%4 != 0 {
			return 0
		}
		n += gap
	}
	if length == 0 || size < length || n < len(s) && inWord[s[n]] && wideGap(s[n:]) == 0 || !checksOut(number[:size]) {
		return 0
	}
	return n
}

func upperCase(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// checksOut computes the check digits of an IBAN (ISO 7064, MOD 97-10).
func checksOut(number []byte) bool {
	rest := 0
	for i := range number {
		switch c := number[(i+4)%len(number)]; {
		case isDigit(c):
			rest = (rest*10 + int(c-'0')) % 97
		default:
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}
