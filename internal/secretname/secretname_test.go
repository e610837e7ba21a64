package secretname

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNamesAreJudgedByTheirWords(t *testing.T) {
	for verdict, names := range map[Verdict]string{
		Secret: `password passwordHash2 newpassword user_pwd1 user%5Bpassword%5D user%255Bpassword%255D user[pin] APIKey userAPIKeys pass\u0077ord
			HTTP_AUTHORIZATION Contraseña mot_de_passe senha hasło пароль 密码 cvv2 2fa X-Amz-Security-Token PGPASSWORD dbpw userpin JSESSIONID connect.sid
			Field.PASSWORD csrfmiddlewaretoken clientIp True-Client-Ip AWSAccessKeyId SAMLResponse X-Forwarded-For key api_key hmac creds pass SMTP_PASS
			tokens encryptionKey oauth2Token SSHKeys user_pass_2 backup_codes cardnumber field.key`,
		Harmless: `author keyword side inside residence lesson professor association classname primary_key max_tokens tests_passed passengers compass monkey
			keyboard foreign_key session_count token_count authority sidebar consider bypass hotkey key_count turnkey assistant cookie_policy session_expired
			token_type keys user[keys] sorted_keys X-Forwarded-Proto password_changed_at has_token Field.has_token PasswordResetView tokens_per_minute
			shipaddress secretary passwordless yoga_session first_pass`,
	} {
		for name := range strings.FieldsSeq(names) {
			if got, term := new(Matcher).Judge(name); got != verdict {
				t.Errorf("%s is judged %d by %q, want %d", name, got, term, verdict)
			}
		}
	}
	for name, verdict := range map[string]Verdict{
		"session expired": Stated, "API key invalid": Stated, "unknown key": Stated, "Session ID": Secret, "invalid token": Secret,
		"use token": Secret, "primary key": Harmless, "max tokens": Harmless, "contrasen\u0303a": Secret, "": Harmless, "%": Harmless,
	} {
		if got, term := new(Matcher).Judge(name); got != verdict {
			t.Errorf("%q is judged %d by %q, want %d", name, got, term, verdict)
		}
	}
}

func TestATermCanBeTakenAway(t *testing.T) {
	m, err := Without([]string{"session", "card_number"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Verdict{"session_data": Harmless, "card_number": Harmless, "cardnumber": Harmless, "sessionid": Secret, "password": Secret} {
		if got, _ := m.Judge(name); got != want {
			t.Errorf("%s is judged %d, want %d", name, got, want)
		}
	}
	if _, err := Without([]string{"sesion"}); err == nil {
		t.Error("an unknown term is taken away")
	}
}

func TestNoWordIsInAListTwice(t *testing.T) {
	all, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		seen := make(set)
		for _, word := range s.Words {
			if seen[word] {
				t.Errorf("[%s] has %q twice", s.Name, word)
			}
			seen[word] = true
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("user%5BapiKey2%5D")
	f.Add("pass\\u0077ord")
	f.Fuzz(func(t *testing.T, name string) {
		words, starts := split(name)
		for i, word := range words {
			if word == "" || starts[i] > i || utf8.ValidString(name) && !utf8.ValidString(word) {
				t.Errorf("%q has the words %q, which start at %v", name, words, starts)
			}
		}
		new(Matcher).Judge(name)
	})
}

func BenchmarkJudge(b *testing.B) {
	var m Matcher
	for b.Loop() {
		for _, name := range []string{"author", "primary_key", "HTTP_ACCEPT_LANGUAGE", "price", "csrfmiddlewaretoken", "wsgi.url_scheme", "X-Request-Id"} {
			m.judge(name)
		}
	}
}
