package sentrytrace

import (
	"maps"
	"strings"
	"testing"
)

func TestMembersOfABaggage(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		name, baggage string
		want          map[string]string
	}{
		{"all that there are", "sentry-trace_id=" + id + ",sentry-public_key=key,sentry-org_id=7,sentry-sample_rate=0.25,sentry-sample_rand=0.000001," +
			"sentry-sampled=true,sentry-replay_id=" + id + ",sentry-release=shop%407,sentry-environment=production,sentry-transaction=%2Forders%2F",
			map[string]string{"trace_id": id, "public_key": "key", "org_id": "7", "sample_rate": "0.25", "sample_rand": "0.000001", "sampled": "true",
				"replay_id": id, "release": "shop@7", "environment": "production", "transaction": "/orders/"}},
		{"blanks and properties", " sentry-sampled = true ;p=1 , sentry-release = shop ", map[string]string{"sampled": "true", "release": "shop"}},
		{"rates", "sentry-sample_rate=1,sentry-sample_rand=1e-05", map[string]string{"sample_rate": "1", "sample_rand": "1e-05"}},
		{"an unknown member", "sentry-user_email=ada@example.com,sentry-password=hunter2", nil},
		{"somebody else's", "user=ada,trace_id=" + id, nil},
		{"an id that is none", "sentry-trace_id=" + id + "0,sentry-replay_id=password", nil},
		{"a key that is none", "sentry-public_key=a%20b", nil},
		{"rates that are none", "sentry-sample_rate=2,sentry-sample_rand=-0.5,sentry-sampled=yes", nil},
		{"a rate that is no number", "sentry-sample_rate=NaN", nil},
		{"control characters", "sentry-release=a%0Ab,sentry-transaction=a%00", nil},
		{"an environment that is none", "sentry-environment=a%2Fb", nil},
		{"too long a text", "sentry-release=" + strings.Repeat("a", 201), nil},
		{"a bad escape", "sentry-release=%zz", nil},
		{"too long a header", strings.Repeat("a=b,", maxBaggage) + "sentry-sampled=true", nil},
	} {
		if got := Members(c.baggage); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
