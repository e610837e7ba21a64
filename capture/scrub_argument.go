package capture

import (
	"slices"
	"strings"
)

// hideArguments hides the arguments of a command line: what follows --token,
// what -pX holds, the password of -u name:password. The command may be a line, or
// a list as Python prints it.
func (s *Scrubber) hideArguments(plain string) string {
	out := replacing{s: s, plain: plain}
	for at := 0; ; {
		next := strings.IndexByte(plain[at:], '-')
		if next < 0 {
			break
		}
		at += next
		if at > 0 && strings.IndexByte(" \t\n'\"`[(,", plain[at-1]) < 0 {
			at++
			continue
		}
		start := at
		for at < len(plain) && plain[at] == '-' {
			at++
		}
		n := 0
		for at+n < len(plain) && (inName(plain[at+n]) && plain[at+n] != '.') {
			n++
		}
		flag := plain[at : at+n]
		at += n
		if n == 0 || !isLetter(flag[0]) || start < out.done() {
			continue
		}
		if isShort := start+1 == at-n; isShort {
			if from, to := s.shortArgument(plain, start, at); to > from {
				out.replace(from, to, s.hide("argument of a command", plain[from:to]))
				at = max(at, to)
				continue
			}
		}
		from, to := argumentAt(plain, at)
		isUser := flag == "user" || flag == "proxy-user" || flag == "userpwd"
		if isUser && strings.HasPrefix(plain[at:], "=") { // --user=ada:x; named sees to --password=x
			from, to = wordOfCommand(plain, at+1)
		}
		switch {
		case to == from || plain[from] == '-':
		case isUser && isUserAndSecret(plain[from:to]):
			out.replace(from, to, s.hide("argument of a command", plain[from:to]))
			at = to
		case n > 1 && s.denies(flag) && !isProse(plain[from:to]):
			out.hide(from, to, flag)
			at = to
		}
	}
	return out.text()
}

// argumentAt returns where the argument begins and ends that follows a flag ending at.
func argumentAt(plain string, at int) (from, to int) {
	rest := plain[at:]
	between := len(rest) - len(strings.TrimLeft(rest, " \t"))
	switch quote := strings.IndexByte("'\"`", firstByte(rest)); {
	case quote >= 0 && len(rest) > 1: // in a list: '--token', 'x'
		rest = rest[1:]
		trimmed := strings.TrimLeft(rest, ", \t\n")
		if len(trimmed) == len(rest) || firstByte(trimmed) != plain[at] {
			return at, at
		}
		from = at + 1 + len(rest) - len(trimmed) + 1
		if end := strings.IndexByte(plain[from:], plain[at]); end >= 0 {
			return from, from + end
		}
		return from, len(plain)
	case between == 0:
		return at, at
	}
	return wordOfCommand(plain, at+between)
}

// wordOfCommand returns where the word of a command line begins and ends that is at from, with its quotes.
func wordOfCommand(plain string, from int) (int, int) {
	if quote := firstByte(plain[from:]); quote == '\'' || quote == '"' {
		if end := strings.IndexByte(plain[from+1:], quote); end >= 0 {
			return from, from + 1 + end + 1
		}
		return from, len(plain)
	}
	if end := strings.IndexAny(plain[from:], " \t\r\n'\"`;|&<>"); end >= 0 {
		return from, from + end
	}
	return from, len(plain)
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// proseWords follow the name of a flag in a sentence about it.
var proseWords = []string{"is", "are", "was", "and", "or", "to", "for", "not", "has", "must", "cannot", "can", "option", "options", "flag", "argument", "requires",
	"required", "expected", "with", "without", "in", "of", "if", "when", "the", "a", "an", "instead", "should", "may", "will", "needs", "from", "value", "been"}

func isProse(word string) bool { return slices.Contains(proseWords, strings.ToLower(word)) }

// isUserAndSecret tells "ada:secret" from "1000:1000", the ids of a user and a group.
func isUserAndSecret(argument string) bool {
	user, secret, found := strings.Cut(strings.Trim(argument, `'"`), ":")
	return found && secret != "" && !strings.HasPrefix(secret, "//") && strings.Trim(user+secret, "0123456789") != ""
}

// secretFlags are the flags of one letter behind which commands take a secret.
var secretFlags = []struct {
	commands []string
	apart    string // flags that a blank may follow
	glued    string // flags that the secret follows at once
}{
	{[]string{"mysql", "mariadb", "mycli", "xtrabackup"}, "", "p"},
	{[]string{"sshpass", "docker login", "podman login", "mongo", "rabbitmqadmin", "cqlsh", "plink", "pscp", "7z", "unrar", "neo4j", "cypher-shell",
		"arangosh", "oc login", "az login", "helm registry login"}, "p", "p"},
	{[]string{"sqlcmd", "bcp ", "isql", "zip ", "ipmitool"}, "P", "P"},
	{[]string{"redis-cli", "keydb-cli", "valkey-cli"}, "a", "a"},
	{[]string{"ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami", "ldappasswd"}, "w", "w"},
}

// maxCommand is how far behind its command a flag is looked for, in bytes.
const maxCommand = 256

// maxGlued is more than a secret takes that follows its flag at once, in bytes: flags may follow each other, too.
const maxGlued = 1 << 10

// shortArgument returns where the secret is that a flag of one letter brings:
// plain[start:at] is the flag with what follows at once.
func (s *Scrubber) shortArgument(plain string, start, at int) (from, to int) {
	letter := plain[start+1]
	argFrom, argTo := argumentAt(plain, start+2)
	glued := start + 2
	if argFrom == argTo && glued < len(plain) && strings.IndexByte(" \t'\"", plain[glued]) < 0 { // -pX
		within := plain[glued:min(len(plain), glued+maxGlued)]
		end := strings.IndexAny(within, " \t\r\n'\"`;|&<>,")
		if end < 0 && len(within) < maxGlued {
			end = len(within)
		}
		argFrom, argTo = glued, glued+max(end, 0)
	}
	if quote := strings.IndexByte(`'"`, firstByte(plain[glued:])); argFrom == argTo && quote >= 0 && (start == 0 || plain[start-1] == ' ') { // -p'X'
		argFrom, argTo = glued, glued
		if end := strings.IndexByte(plain[glued+1:min(len(plain), glued+maxCommand)], plain[glued]); end > 0 {
			glued++
			argFrom, argTo = glued, glued+end
		}
	}
	if argFrom >= argTo {
		return 0, 0
	}
	argument, isGlued := plain[argFrom:argTo], argFrom == glued
	if letter == 'u' || letter == 'U' {
		if isUserAndSecret(argument) || letter == 'U' && strings.Contains(argument, "%") {
			return argFrom, argTo
		}
		return 0, 0
	}
	if isGlued && letter == 'p' && looksLikePassword(argument) {
		return argFrom, argTo
	}
	if strings.IndexByte("pPaw", letter) < 0 || argument[0] == '-' {
		return 0, 0
	}
	line := plain[max(0, start-maxCommand):start]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	for i := range secretFlags {
		f := &secretFlags[i]
		allowed := f.apart
		if isGlued {
			allowed = f.glued
		}
		if strings.IndexByte(allowed, letter) >= 0 && containsAny(line, f.commands) {
			return argFrom, argTo
		}
	}
	return 0, 0
}

// looksLikePassword tells -pX from options such as -print and -p8080:80.
func looksLikePassword(text string) bool {
	return len(text) >= 6 && !strings.ContainsAny(text, ":/=.") && hasLetterAndDigit(text)
}
