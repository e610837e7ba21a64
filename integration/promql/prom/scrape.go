package prom

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/scrape"
)

// Every is the time between two scrapes, and what one of them may take: a busy
// machine needs more than a second now and then.
const Every = 2 * time.Second

// patience is what the first scrape may take.
const patience = 30 * time.Second

// Both forms of the histograms are taken: the dashboards ask for the classic
// one, the documentation for the native one as well.
const scrapeConf = `
global:
  scrape_interval: %s
  scrape_timeout: %[1]s
  scrape_native_histograms: true
scrape_configs:
  - job_name: gateway
    always_scrape_classic_histograms: true
`

// Scrape reads /metrics of target, a host:port, from now on as the job
// "gateway", until stop is called. It returns when that has succeeded once.
func (s *Server) Scrape(ctx context.Context, target string) (stop func(), err error) {
	quiet := slog.New(slog.DiscardHandler)
	conf, err := config.Load(fmt.Sprintf(scrapeConf, Every), quiet)
	if err != nil {
		return nil, fmt.Errorf("reading the scraper's configuration: %w", err)
	}
	options := &scrape.Options{DiscoveryReloadOnStartup: true}
	manager, err := scrape.NewManager(options, quiet, nil, nil, s.db, prometheus.NewRegistry())
	if err != nil {
		return nil, err
	}
	if err := manager.ApplyConfig(conf); err != nil {
		return nil, err
	}
	targets := make(chan map[string][]*targetgroup.Group, 1)
	targets <- map[string][]*targetgroup.Group{"gateway": {{
		Source:  "gateway",
		Targets: []model.LabelSet{{model.AddressLabel: model.LabelValue(target)}},
	}}}
	go manager.Run(targets)
	if err := s.awaitTarget(ctx); err != nil {
		manager.Stop()
		return nil, err
	}
	return manager.Stop, nil
}

func (s *Server) awaitTarget(ctx context.Context) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(Every / 10) {
		up, err := s.Instant(ctx, `up{job="gateway"} == 1`, time.Now())
		switch {
		case err != nil:
			return err
		case len(up) > 0:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("the gateway could not be scraped within %s", patience)
		}
	}
}
