package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"calipso/importexport"
	"calipso/webapi"
)

// importProgress tells the API's side of an import how far it is.
type importProgress struct {
	tell func(webapi.ImportProgress) // nil: nobody listens
	last webapi.ImportProgress
}

// reading passes on what the import says of reading and storing.
func (p *importProgress) reading(i importexport.Progress) {
	p.last = webapi.ImportProgress{
		Phase: string(i.Phase), Collection: i.Collection, Records: i.Records, Bytes: i.Bytes, Total: i.Total,
		RecordsPerSecond: i.Rate(), SecondsLeft: i.Left().Seconds(), Seconds: i.Elapsed.Seconds(),
	}
	if p.tell != nil {
		p.tell(p.last)
	}
}

// indexing waits for the search index and tells once a second that it does.
func (p *importProgress) indexing(ctx context.Context, caughtUp func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- caughtUp(ctx) }() // ends with ctx, at the latest
	begun, before := time.Now(), p.last.Seconds
	p.last.Phase, p.last.Collection, p.last.SecondsLeft = "indexing", "", 0
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		p.last.Seconds = before + time.Since(begun).Seconds()
		if p.tell != nil {
			p.tell(p.last)
		}
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
	}
}

// importAnswer reads the lines of an import's answer, showing its progress,
// until the report.
func importAnswer(r io.Reader, show func(webapi.ImportProgress)) (*importReport, error) {
	lines := json.NewDecoder(r)
	for {
		var line struct {
			Progress *webapi.ImportProgress
			Report   *importReport
			Problem  *apiError
		}
		err := lines.Decode(&line)
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("the server broke off before it said how the import went")
		case err != nil:
			return nil, err
		case line.Problem != nil:
			return nil, line.Problem
		case line.Report != nil:
			return line.Report, nil
		case line.Progress != nil:
			show(*line.Progress)
		}
	}
}

// importText is one state of an import for people.
func importText(p webapi.ImportProgress) string {
	since := time.Duration(p.Seconds * float64(time.Second)).Round(time.Second)
	if p.Phase != string(importexport.Reading) {
		return fmt.Sprintf("%s %d records  %s", p.Phase, p.Records, since)
	}
	text := fmt.Sprintf("%s %s  %d records  %.0f/s", p.Phase, p.Collection, p.Records, p.RecordsPerSecond)
	if p.SecondsLeft > 0 {
		text += fmt.Sprintf("  %s left", time.Duration(p.SecondsLeft*float64(time.Second)).Round(time.Second))
	}
	return text
}
