// Package nginx asks two servers in front of the same Django the same, byte for
// byte, and compares what they answer: nginx as gunicorn documents it, and the
// gateway. Every difference has an explanation, or it is a fault.
package nginx

import (
	"fmt"
	"strings"
)

// Host is the name of the site that both servers serve.
const Host = "shop.example.com"

// Case is what is sent over one connection.
type Case struct {
	// Name is that of its group and its own, such as "ranges: static, 0-0". It is
	// unique.
	Name string

	// Parts are sent one after the other. Before each but the first a response is
	// awaited, final or not. {etag}, {modified} stand for the ETag and the
	// Last-Modified that this server has given for the path in Validators.
	Parts []string

	// Methods of the requests in Parts, as a response must be read by its
	// request. Default: the first word.
	Methods []string

	// Validators is a path to ask for before, for what stands in Parts; may be empty.
	Validators string
}

func (c Case) methods() []string {
	if c.Methods != nil {
		return c.Methods
	}
	method, _, _ := strings.Cut(c.Parts[0], " ")
	return []string{method}
}

// request is one whole request. Headers are lines, with the one of the host before
// them.
func request(method, target string, headers ...string) string {
	return raw(fmt.Sprintf("%s %s HTTP/1.1", method, target), append([]string{"Host: " + Host}, headers...), "")
}

// withBody is a request with a body of known length.
func withBody(method, target, contentType, body string, headers ...string) string {
	headers = append([]string{"Host: " + Host, "Content-Type: " + contentType, fmt.Sprintf("Content-Length: %d", len(body))}, headers...)
	return raw(fmt.Sprintf("%s %s HTTP/1.1", method, target), headers, body)
}

// chunked is a request with a body as it stands: chunks and what ends them.
func chunked(method, target, chunks string, headers ...string) string {
	headers = append([]string{"Host: " + Host, "Content-Type: application/octet-stream", "Transfer-Encoding: chunked"}, headers...)
	return raw(fmt.Sprintf("%s %s HTTP/1.1", method, target), headers, chunks)
}

func raw(line string, headers []string, body string) string {
	return line + "\r\n" + strings.Join(append(headers, "", ""), "\r\n") + body
}

// one is a case of a single request.
func one(group, name, request string) Case {
	return Case{Name: group + ": " + name, Parts: []string{request}}
}

// Cases are all of them.
func Cases() (all []Case) {
	for _, of := range []func() []Case{
		methods, paths, hosts, headers, bodies, chunkedBodies, expectations, connections,
		fileRequests, ranges, conditionals, downloads, answers,
	} {
		all = append(all, of()...)
	}
	return all
}
