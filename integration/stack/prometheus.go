package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

const prometheusConf = `
scrape_configs:
  - job_name: gateway
    scrape_interval: 1s
    static_configs:
      - targets: ["%s"]
`

// Prometheus serves on addr and scrapes /metrics of target, both a host:port,
// every second as the job "gateway".
func Prometheus(ctx context.Context, dir, addr, target string) (*Process, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(conf, fmt.Appendf(nil, prometheusConf, target), 0o644); err != nil {
		return nil, err
	}
	return Start(ctx, Spec{
		Name: "prometheus",
		Args: []string{"prometheus", "--config.file=" + conf, "--web.listen-address=" + addr,
			"--storage.tsdb.path=" + filepath.Join(dir, "tsdb")},
		Dir:   dir,
		Addr:  addr,
		Ready: Answers("http://" + addr + "/-/ready"),
	})
}
