package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	"guanjia/dingsim"
)

//go:embed demo_tour.json
var demoTourFile []byte

// demoTour is the script of the guided tour; the simulator's page plays it.
func demoTour() (*dingsim.Tour, error) {
	dec := json.NewDecoder(bytes.NewReader(demoTourFile))
	dec.DisallowUnknownFields()
	t := &dingsim.Tour{}
	if err := dec.Decode(t); err != nil {
		return nil, fmt.Errorf("demo_tour.json: %w", err)
	}
	return t, nil
}
